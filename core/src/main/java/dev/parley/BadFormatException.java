package dev.parley;

/// Something is there that is no space, queue or message, is damaged, or is of a format this
/// version does not know.
public sealed class BadFormatException extends ParleyException
    permits EarlierBootException, UnknownFormatException {
  private static final long serialVersionUID = 1;

  public BadFormatException(String message) {
    super(message);
  }
}
