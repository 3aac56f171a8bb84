/// Starting further processes of this very program: same Java, same modules; and what this host is
/// called.
///
/// May call nothing of Parley. Programs that must inherit descriptors are started by
/// [dev.parley.sys.ProcessCalls#spawn]; ProcessBuilder passes none on.
///
/// ```java
/// List<String> command = SameJava.command(Worker.class, List.of("-Xmx64m"), List.of("argument"));
/// Process worker = new ProcessBuilder(command).start();
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.process;
