package dev.parley.sys;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// C strings, and arrays of them, for a call that starts a program. What cannot be one (see
/// [Names]) is 0, and so is an array with such a string in it.
record CStrings(Arena arena) {
  long string(String string) {
    byte[] bytes = Names.encode(string);
    if (bytes == null) return 0;
    MemorySegment copy = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
    return copy.address();
  }

  /// NULL-terminated.
  long array(List<String> strings) {
    MemorySegment array = arena.allocate(JAVA_LONG, strings.size() + 1L);
    for (int i = 0; i < strings.size(); i++) {
      long string = string(strings.get(i));
      if (string == 0) return 0;
      array.setAtIndex(JAVA_LONG, i, string);
    }
    return array.address();
  }

  /// `NAME=VALUE` each.
  long environment(Map<String, String> variables) {
    List<String> lines = new ArrayList<>();
    variables.forEach((name, value) -> lines.add(name + "=" + value));
    return array(lines);
  }
}
