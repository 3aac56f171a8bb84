package dev.parley.inspect;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A POSIX access control list, as its extended attribute has it. Source: acl(5),
/// linux/posix_acl_xattr.h.
///
/// ```text
///   0  version  u32, 2
///   4  entries of 8 bytes: tag u16, permissions u16, id u32
/// ```
///
/// @param entries in the kernel's order; none for a file with its mode alone
record AccessList(List<Entry> entries) {
  private static final int VERSION = 2;

  enum Tag {
    OWNER,
    USER,
    OWNING_GROUP,
    GROUP,
    MASK,
    OTHERS
  }

  /// @param permissions bits: 4 to read, 2 to write, 1 to execute or enter
  record Entry(Tag tag, int permissions, int id) {}

  /// What is not understood is no list.
  static AccessList parse(byte[] attribute) {
    List<Entry> entries = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.wrap(attribute).order(ByteOrder.LITTLE_ENDIAN);
    if (attribute.length < 4 || buffer.getInt() != VERSION) return new AccessList(List.of());
    while (buffer.remaining() >= 8) {
      int tag = buffer.getShort();
      int permissions = buffer.getShort();
      int id = buffer.getInt();
      Tag known =
          switch (tag) {
            case 0x01 -> Tag.OWNER;
            case 0x02 -> Tag.USER;
            case 0x04 -> Tag.OWNING_GROUP;
            case 0x08 -> Tag.GROUP;
            case 0x10 -> Tag.MASK;
            case 0x20 -> Tag.OTHERS;
            default -> null;
          };
      if (known == null) return new AccessList(List.of());
      entries.add(new Entry(known, permissions, id));
    }
    return new AccessList(List.copyOf(entries));
  }

  /// What is left of an entry's permissions under the mask, which bounds all but the owner's and
  /// the others'.
  int effective(Entry entry) {
    if (entry.tag() == Tag.OWNER || entry.tag() == Tag.OTHERS) return entry.permissions();
    int mask =
        entries.stream()
            .filter(each -> each.tag() == Tag.MASK)
            .mapToInt(Entry::permissions)
            .findFirst()
            .orElse(7);
    return entry.permissions() & mask;
  }
}
