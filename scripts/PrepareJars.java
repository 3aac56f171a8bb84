import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ModuleDesc;
import java.lang.constant.PackageDesc;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Copies jars into a folder, changed where they would keep an AOT cache from doing its work:
///
/// - Classes older than Java 6's are left out of a cache and so parsed and verified at every start
///   (picocli's are Java 5's). They get Java 8's class file version, which needs stack maps.
/// - One jar without a module descriptor keeps the whole module graph out of the cache
///   (HdrHistogram). It gets a descriptor that exports every package and reads java.base.
///
/// Run: `java PrepareJars.java FOLDER JAR...`
final class PrepareJars {
  private static final ClassTransform TO_JAVA_8 =
      ClassTransform.endHandler(
              builder -> builder.with(ClassFileVersion.of(ClassFile.JAVA_8_VERSION, 0)))
          .andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL));

  private PrepareJars() {}

  static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    for (int i = 1; i < args.length; i++) {
      Path jar = Path.of(args[i]);
      copy(jar, folder.resolve(jar.getFileName()));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    ModuleDescriptor module =
        ModuleFinder.of(from).findAll().iterator().next().descriptor();
    try (JarFile in = new JarFile(from.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
      ClassFile classFile = classFileFor(in);
      for (ZipEntry entry : Collections.list(in.entries())) {
        byte[] bytes = in.getInputStream(entry).readAllBytes();
        if (isOldClass(entry, bytes)) {
          bytes = classFile.transformClass(classFile.parse(bytes), TO_JAVA_8);
        }
        add(out, entry.getName(), bytes);
      }
      if (module.isAutomatic()) {
        add(out, "module-info.class", descriptor(module));
      }
    }
  }

  private static void add(ZipOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new ZipEntry(name));
    out.write(bytes);
  }

  private static boolean isOldClass(ZipEntry entry, byte[] bytes) {
    return entry.getName().endsWith(".class") && bytes[7] < ClassFile.JAVA_6_VERSION;
  }

  private static byte[] descriptor(ModuleDescriptor automatic) {
    return ClassFile.of()
        .buildModule(
            ModuleAttribute.of(
                ModuleDesc.of(automatic.name()),
                builder -> {
                  builder.requires(
                      ModuleDesc.of("java.base"), AccessFlag.MANDATED.mask(), null);
                  for (String name : automatic.packages()) {
                    builder.exports(PackageDesc.of(name), 0);
                  }
                }));
  }

  /// Stack maps need to know which class extends which: the jar's own first, then the JDK's.
  private static ClassFile classFileFor(JarFile jar) {
    ClassHierarchyResolver own =
        ClassHierarchyResolver.ofResourceParsing(
            (ClassDesc type) -> {
              String descriptor = type.descriptorString();
              String path = descriptor.substring(1, descriptor.length() - 1) + ".class";
              try {
                ZipEntry entry = jar.getEntry(path);
                return entry == null ? null : jar.getInputStream(entry);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return ClassFile.of(
        StackMapsOption.GENERATE_STACK_MAPS,
        ClassHierarchyResolverOption.of(own.orElse(ClassHierarchyResolver.defaultResolver())));
  }
}
