package dev.parley.cli;

import dev.parley.catalog.Comparison;
import dev.parley.catalog.Fit;
import dev.parley.catalog.Implementation;
import dev.parley.catalog.Need;
import dev.parley.catalog.Pattern;
import dev.parley.catalog.Primitive;
import dev.parley.catalog.Recommendation;
import dev.parley.catalog.Term;
import dev.parley.catalog.Trait;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The catalog as JSON.
final class CatalogJson {
  private CatalogJson() {}

  static Map<String, Object> of(Primitive one) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", one.name());
    object.put("kind", "primitive");
    object.put("title", one.title());
    object.put("aliases", one.aliases());
    object.put("family", Words.of(one.family()));
    object.put("summary", one.summary());
    Map<String, Object> traits = new LinkedHashMap<>();
    for (Trait<?> trait : one.traits()) traits.put(trait.dimension().name(), of(trait));
    object.put("dimensions", traits);
    one.largestMessageBytes().ifPresent(bytes -> object.put("largestMessageBytes", bytes));
    object.put("useCases", one.useCases());
    object.put("guarantees", one.guarantees());
    object.put("nonGuarantees", one.nonGuarantees());
    Map<String, Object> security = new LinkedHashMap<>();
    security.put("permissions", one.security().permissions());
    security.put("races", one.security().races());
    security.put("denialOfService", one.security().denialOfService());
    security.put("leaks", one.security().leaks());
    object.put("securityNotes", security);
    object.put("refused", one.refused());
    one.page().ifPresent(page -> object.put("page", CatalogText.path(page)));
    put(object, one.implementation());
    object.put("sources", one.sources());
    return object;
  }

  static Map<String, Object> of(Pattern one) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", one.name());
    object.put("kind", "pattern");
    object.put("title", one.title());
    object.put("summary", one.summary());
    object.put("useCases", one.useCases());
    object.put("primitives", one.primitives());
    object.put("ordering", words(one.orderings().stream().sorted().toList()));
    object.put("guarantees", one.guarantees());
    object.put("nonGuarantees", one.nonGuarantees());
    object.put("pitfalls", one.pitfalls());
    put(object, one.implementation());
    object.put("sources", one.sources());
    return object;
  }

  private static void put(Map<String, Object> object, Implementation implementation) {
    object.put("classes", implementation.classes());
    object.put("commands", implementation.commands());
    if (!implementation.remark().isEmpty()) object.put("remark", implementation.remark());
  }

  static Map<String, Object> of(Comparison comparison, Comparison.Row row) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("dimension", row.dimension().name());
    object.put("difference", row.difference().word());
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < row.traits().size(); i++) {
      values.put(comparison.primitives().get(i).name(), of(row.traits().get(i)));
    }
    object.put("values", values);
    return object;
  }

  static Map<String, Object> of(Recommendation.Ranked ranked) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", ranked.primitive().name());
    for (Fit fit : Fit.values()) object.put(fit.word(), ranked.count(fit));
    object.put(
        "needs",
        ranked.verdicts().stream()
            .map(
                verdict -> {
                  Map<String, Object> need = new LinkedHashMap<>();
                  need.put("need", verdict.need().word());
                  need.put("fit", verdict.fit().word());
                  need.put("why", verdict.why());
                  return need;
                })
            .toList());
    return object;
  }

  static Map<String, Object> of(Need need) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("need", need.word());
    object.put("meaning", need.meaning());
    return object;
  }

  private static Map<String, Object> of(Trait<?> trait) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("terms", words(trait.terms()));
    if (!trait.detail().isEmpty()) object.put("detail", trait.detail());
    return object;
  }

  private static List<String> words(Collection<? extends Term> terms) {
    return terms.stream().map(Term::word).toList();
  }
}
