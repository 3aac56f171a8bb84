package dev.parley;

/// Something was written by another version of Parley, in a format that this one does not know. It
/// is as good as it was; leave it alone and use a version that knows it.
public final class UnknownFormatException extends BadFormatException {
  private static final long serialVersionUID = 1;

  public UnknownFormatException(String message) {
    super(message);
  }
}
