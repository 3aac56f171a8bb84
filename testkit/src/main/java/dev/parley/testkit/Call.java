package dev.parley.testkit;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import java.lang.reflect.Method;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// One call of a method of [dev.parley.sys.Kernel], not made yet.
public final class Call {
  private final Method method;
  private final Object[] arguments;
  private final Rest rest;

  /// What comes after an interceptor: the next one, or the kernel.
  interface Rest {
    @Nullable Object proceed() throws ErrnoException;
  }

  Call(Method method, Object[] arguments, Rest rest) {
    this.method = method;
    this.arguments = arguments;
    this.rest = rest;
  }

  /// The same call, followed by something else.
  Call before(Rest other) {
    return new Call(method, arguments, other);
  }

  /// Makes the call; more than once if asked.
  public @Nullable Object proceed() throws ErrnoException {
    return rest.proceed();
  }

  /// The method's name, such as `renameNoReplaceAt`.
  public String name() {
    return method.getName();
  }

  public boolean is(String name) {
    return name().equals(name);
  }

  public int argumentCount() {
    return arguments.length;
  }

  public Object argument(int index) {
    return arguments[index];
  }

  public Fd fd(int index) {
    return (Fd) arguments[index];
  }

  @SuppressWarnings("unchecked")
  public List<Fd> fds(int index) {
    return (List<Fd>) arguments[index];
  }

  public String text(int index) {
    return (String) arguments[index];
  }

  public int number(int index) {
    return (Integer) arguments[index];
  }

  /// Changes what the call is made with.
  public void setArgument(int index, Object value) {
    arguments[index] = value;
  }

  /// What it acts on, as far as the arguments tell: the first descriptor's path, and the name in
  /// it.
  public String path() {
    if (is("symlinkAt")) return fd(1).path(text(2));
    if (arguments.length == 0 || !(arguments[0] instanceof Fd first)) return "";
    return arguments.length > 1 && arguments[1] instanceof String name
        ? first.path(name)
        : first.path();
  }

  /// The second path of a rename or link, or the second descriptor's; empty for other calls.
  public String target() {
    if (is("linkFileAt")) return fd(1).path(text(2));
    if (arguments.length == 4 && arguments[2] instanceof Fd to) return to.path(text(3));
    return arguments.length > 1 && arguments[0] instanceof Fd && arguments[1] instanceof Fd to
        ? to.path()
        : "";
  }

  /// The exception a kernel would throw for this call.
  public ErrnoException failure(Errno errno) {
    return new ErrnoException(name(), path(), target(), errno.number());
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", name() + "(", ")");
    for (Object argument : arguments) {
      text.add(
          argument instanceof byte[] bytes ? bytes.length + " bytes" : String.valueOf(argument));
    }
    return text.toString();
  }
}
