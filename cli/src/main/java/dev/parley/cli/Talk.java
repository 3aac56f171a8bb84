package dev.parley.cli;

import java.text.MessageFormat;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// Sends what the library logs to the person at the shell: warnings in one line each, the rest
/// nowhere. With PARLEY_DEBUG=1, all of it and the stack traces, too.
public final class Talk extends System.LoggerFinder {
  /// For the service loader.
  public Talk() {}

  @Override
  public System.Logger getLogger(String name, Module module) {
    return new Voice(name);
  }

  private record Voice(String name) implements System.Logger {
    private static final boolean DEBUG = "1".equals(System.getenv("PARLEY_DEBUG"));

    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      boolean ours = name.startsWith("dev.parley");
      return ours && level.getSeverity() >= (DEBUG ? Level.ALL : Level.WARNING).getSeverity();
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      if (!isLoggable(level)) return;
      String reason = thrown == null ? "" : ": " + thrown.getMessage();
      Shell.say(translated(bundle, message) + reason, System.err);
      if (DEBUG && thrown != null) Shell.trace(thrown, System.err);
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, @Nullable String format, Object... values) {
      if (!isLoggable(level)) return;
      String text = translated(bundle, format);
      boolean plain = values.length == 0;
      Shell.say(plain ? text : MessageFormat.format(text, values), System.err);
    }

    private static String translated(@Nullable ResourceBundle bundle, @Nullable String message) {
      String text = String.valueOf(message);
      try {
        return bundle == null ? text : bundle.getString(text);
      } catch (MissingResourceException e) {
        return text;
      }
    }
  }
}
