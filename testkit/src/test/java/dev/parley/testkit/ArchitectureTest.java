package dev.parley.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The arrows: sys <- core <- bench <- cli, and testkit beside them, which nothing sees.
///
/// Reads what the build compiled in each module's folder. Modules that a partial build left out are
/// not there to be read; a whole build has them all.
class ArchitectureTest {
  private static final String SYS = "dev.parley.sys..";
  private static final String CATALOG = "dev.parley.catalog..";
  private static final String BENCH = "dev.parley.bench..";
  private static final String CLI = "dev.parley.cli..";
  private static final String TESTKIT = "dev.parley.testkit..";
  private static final String PRIMITIVE = "dev.parley.primitive..";
  private static final String PATTERN = "dev.parley.pattern..";

  private static JavaClasses parley;

  @BeforeAll
  static void readTheModules() {
    List<Path> compiled =
        List.of("sys", "core", "bench", "cli", "testkit").stream()
            .map(module -> Path.of("..", module, "target", "classes"))
            .filter(Files::isDirectory)
            .toList();
    parley = new ClassFileImporter().importPaths(compiled);
    assertThat(parley.containPackage("dev.parley.sys")).isTrue();
    assertThat(parley.containPackage("dev.parley.testkit")).isTrue();
  }

  @Test
  void onlySysTouchesNativeMemory() {
    noClasses()
        .that()
        .resideOutsideOfPackage(SYS)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign..")
        .check(parley);
  }

  @Test
  void sysSeesNothingAboveIt() {
    noClasses()
        .that()
        .resideInAPackage(SYS)
        .should()
        .dependOnClassesThat(inParleyOutside(SYS))
        .check(parley);
  }

  @Test
  void coreSeesOnlySys() {
    noClasses()
        .that(inParleyOutside(SYS, BENCH, CLI, TESTKIT))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(BENCH, CLI, TESTKIT)
        .check(parley);
  }

  @Test
  void primitivesNeverSeePatterns() {
    noClasses()
        .that()
        .resideInAPackage(PRIMITIVE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(PATTERN)
        .allowEmptyShould(true)
        .check(parley);
  }

  @Test
  void theCatalogIsPureData() {
    noClasses()
        .that()
        .resideInAPackage(CATALOG)
        .should()
        .dependOnClassesThat(inParleyOutside(CATALOG))
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio..")
        .check(parley);
  }

  @Test
  void benchSeesNeitherCliNorTestkit() {
    noClasses()
        .that()
        .resideInAPackage(BENCH)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CLI, TESTKIT)
        .allowEmptyShould(true)
        .check(parley);
  }

  @Test
  void cliDoesNotSeeTestkit() {
    noClasses()
        .that()
        .resideInAPackage(CLI)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(TESTKIT)
        .allowEmptyShould(true)
        .check(parley);
  }

  @Test
  void testkitSeesOnlySysAndCore() {
    noClasses()
        .that()
        .resideInAPackage(TESTKIT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(BENCH, CLI)
        .allowEmptyShould(true)
        .check(parley);
  }

  private static DescribedPredicate<JavaClass> inParleyOutside(String... packages) {
    return JavaClass.Predicates.resideInAPackage("dev.parley..")
        .and(JavaClass.Predicates.resideOutsideOfPackages(packages));
  }
}
