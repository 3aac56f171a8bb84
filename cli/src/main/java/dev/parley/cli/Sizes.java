package dev.parley.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Byte counts as people write them: `4096`, `64k`, `16M`, `2G`, in powers of 1024.
final class Sizes implements ITypeConverter<Long> {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})([kKMG]?)");

  private static final String UNITS = "kMGTPE";

  @Override
  public Long convert(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a size such as 4096, 64k, 16M or 2G");
    }
    int shift =
        switch (size.group(2)) {
          case "" -> 0;
          case "M" -> 20;
          case "G" -> 30;
          default -> 10;
        };
    long number = Long.parseLong(size.group(1));
    if (number > Long.MAX_VALUE >> shift) throw new TypeConversionException(text + " is too large");
    return number << shift;
  }

  /// The same for people to read: `512`, `1.5k`, `20.0G`.
  static String format(long bytes) {
    if (bytes < 1024) return Long.toString(bytes);
    double size = bytes;
    int unit = -1;
    while (size >= 1024 && unit < UNITS.length() - 1) {
      size /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f%c", size, UNITS.charAt(unit));
  }
}
