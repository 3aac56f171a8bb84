package dev.parley.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/// The subcommands by name.
final class Commands {
  /// In the order in which `parley --help` lists them.
  static final List<String> NAMES =
      List.of(
          "init",
          "ls",
          "send",
          "receive",
          "work",
          "publish",
          "subscribe",
          "unsubscribe",
          "stats",
          "configure",
          "dead",
          "hold",
          "release",
          "purge",
          "members",
          "lock",
          "fsck",
          "doctor",
          "catalog",
          "inspect",
          "watch",
          "who",
          "write",
          "update",
          "limits",
          "demo",
          "bench",
          "help",
          "version",
          "completion",
          "man");

  private static final String DEMO_WORK = "demo-work";

  private Commands() {}

  /// What `args` ask for: one name, or all of them where that is not clear.
  static List<String> named(String[] args) {
    for (int i = 0; i < args.length; i++) {
      String word = args[i];
      if (word.equals("--space")) {
        i++;
      } else if (word.equals("--version") || word.equals("-V")) {
        return List.of();
      } else if (!word.startsWith("-")) {
        boolean known = NAMES.contains(word) || word.equals(DEMO_WORK);
        return known ? List.of(word) : NAMES;
      }
    }
    return NAMES;
  }

  static void register(CommandLine parser, List<String> names) {
    for (String name : names) {
      CommandLine command = new CommandLine(create(name));
      lookAlike(command.getCommandSpec().usageMessage());
      parser.addSubcommand(command);
    }
  }

  private static void lookAlike(UsageMessageSpec help) {
    help.synopsisHeading("%nUsage: ")
        .descriptionHeading("%n")
        .parameterListHeading("%n")
        .optionListHeading("%nOptions:%n")
        .exitCodeListHeading("%nExit codes:%n");
  }

  /// A parser that knows every command, to describe them.
  static CommandLine all(Shell shell) {
    CommandLine parser = new CommandLine(new Parley(shell));
    register(parser, NAMES);
    Main.configure(parser, shell);
    return parser;
  }

  private static Object create(String name) {
    return switch (name) {
      case "init" -> new InitCommand();
      case "ls" -> new LsCommand();
      case "send" -> new SendCommand();
      case "receive" -> new ReceiveCommand();
      case "work" -> new WorkCommand();
      case "publish" -> new PublishCommand();
      case "subscribe" -> new SubscribeCommand();
      case "unsubscribe" -> new UnsubscribeCommand();
      case "stats" -> new StatsCommand();
      case "configure" -> new ConfigureCommand();
      case "dead" -> new DeadCommand();
      case "hold" -> new HoldCommand();
      case "release" -> new ReleaseCommand();
      case "purge" -> new PurgeCommand();
      case "members" -> new MembersCommand();
      case "lock" -> new LockCommand();
      case "fsck" -> new FsckCommand();
      case "doctor" -> new DoctorCommand();
      case "catalog" -> new CatalogCommand();
      case "inspect" -> new InspectCommand();
      case "watch" -> new WatchCommand();
      case "who" -> new WhoCommand();
      case "write" -> new WriteCommand();
      case "update" -> new UpdateCommand();
      case "limits" -> new LimitsCommand();
      case "demo" -> new DemoCommand();
      case "bench" -> new BenchCommand();
      case "help" -> new HelpCommand();
      case "version" -> new VersionCommand();
      case "completion" -> new CompletionCommand();
      case "man" -> new ManCommand();
      case DEMO_WORK -> new DemoWorkCommand();
      default -> throw new IllegalArgumentException("no command " + name);
    };
  }
}
