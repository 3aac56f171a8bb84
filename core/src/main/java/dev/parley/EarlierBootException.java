package dev.parley;

/// Something is only good within the boot in which it was made, and that was an earlier one:
/// nothing that is in it counts any more.
public final class EarlierBootException extends BadFormatException {
  private static final long serialVersionUID = 1;

  public EarlierBootException(String message) {
    super(message);
  }
}
