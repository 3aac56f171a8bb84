package dev.parley.doctor;

/// What was found out about one guarantee.
///
/// @param evidence what was done and seen, in a sentence without a full stop
public record Finding(Guarantee guarantee, Verdict verdict, String evidence) {
  static Finding holds(Guarantee guarantee, String evidence) {
    return new Finding(guarantee, Verdict.HOLDS, evidence);
  }

  static Finding broken(Guarantee guarantee, String evidence) {
    return new Finding(guarantee, Verdict.BROKEN, evidence);
  }

  static Finding unknown(Guarantee guarantee, String evidence) {
    return new Finding(guarantee, Verdict.UNKNOWN, evidence);
  }
}
