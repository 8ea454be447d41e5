package io.pika.tests.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The shape of the program (ARCHITECTURE.md): dependencies point inward, what decides touches nothing, and no
 * two packages need each other. The package of {@code XxxMain} wires a process and may see all of it.
 */
class ArchitectureTest {
  private static final String[] DECIDING = {"io.pika.core.bytes..", "io.pika.core.model..",
      "io.pika.core.topology..", "io.pika.proxy.protocol..", "io.pika.proxy.rdb..",
      "io.pika.node.type..", "io.pika.node.history..", "io.pika.manager.plan..",
      "io.pika.manager.state.."};

  /** Each wires one process. What others may use of it is its settings. */
  private static final Set<String> WIRING = Set.of("io.pika.node", "io.pika.manager", "io.pika.cli");

  /** Maven's test-classes, and a directory {@code test} of a build that compiles all modules together. */
  private static final JavaClasses ALL = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests())
      .withImportOption(location -> !location.contains("/test/io/pika/")).importPackages("io.pika");

  @Test
  void coreDependsOnNoOtherModule() {
    noClasses().that().resideInAPackage("io.pika.core..").should().dependOnClassesThat()
        .resideInAnyPackage("io.pika.proxy..", "io.pika.node..", "io.pika.manager..", "io.pika.cli..")
        .check(ALL);
  }

  @Test
  void proxyDependsOnCoreOnly() {
    noClasses().that().resideInAPackage("io.pika.proxy..").should().dependOnClassesThat()
        .resideInAnyPackage("io.pika.node..", "io.pika.manager..", "io.pika.cli..").check(ALL);
  }

  @Test
  void nodeAndManagerMeetOnlyInCore() {
    noClasses().that().resideInAPackage("io.pika.node..").should().dependOnClassesThat()
        .resideInAnyPackage("io.pika.manager..", "io.pika.cli..").check(ALL);
    noClasses().that().resideInAPackage("io.pika.manager..").should().dependOnClassesThat()
        .resideInAnyPackage("io.pika.node..", "io.pika.proxy..", "io.pika.cli..").check(ALL);
  }

  @Test
  void productDoesNotDependOnTheTestkit() {
    noClasses().that().resideOutsideOfPackages("io.pika.testkit..", "io.pika.tests..").should()
        .dependOnClassesThat().resideInAPackage("io.pika.testkit..").check(ALL);
  }

  @Test
  void whatDecidesTouchesNoThreadSocketOrFile() {
    noClasses().that().resideInAnyPackage(DECIDING).should().dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..",
            "java.util.concurrent.locks..",
            "io.netty.channel..", "io.netty.bootstrap..", "io.grpc..", "org.rocksdb..", "org.slf4j..")
        .orShould().dependOnClassesThat().haveNameMatching(
            "java\\.lang\\.Thread|java\\.util\\.Timer|java\\.io\\.(File|RandomAccessFile)\\w*|java\\.util\\.concurrent\\.\\w*Execut\\w*")
        .check(ALL);
  }

  @Test
  void whatDecidesDoesNotAskForTheTimeOrForChance() {
    noClasses().that().resideInAnyPackage(DECIDING).should().accessTargetWhere(asksTheSystem()).check(ALL);
  }

  @Test
  void noPackagesNeedEachOther() {
    slices().assignedFrom(packagesWithoutWiring()).should().beFreeOfCycles().check(ALL);
  }

  @Test
  void whatWiresAProcessIsNotUsedByItsParts() {
    noClasses().that().resideOutsideOfPackages(WIRING.toArray(String[]::new)).and()
        .resideOutsideOfPackages("io.pika.cli..").should().dependOnClassesThat(wires()).check(ALL);
  }

  private static DescribedPredicate<JavaClass> wires() {
    return DescribedPredicate.describe("wire a process and are not its settings",
        type -> WIRING.contains(type.getPackageName())
            && !type.getName().matches(".*(Settings|OutputLimit)(\\$.*)?"));
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses().that().resideOutsideOfPackage("io.pika.cli..").and().haveSimpleNameNotEndingWith("Main")
        .should()
        .accessTargetWhere(printsToTheTerminal()).check(ALL);
  }

  @Test
  void nothingStaticChanges() {
    fields().that().areStatic().and().areDeclaredInClassesThat(handWritten()).should().beFinal().check(ALL);
  }

  @Test
  void packagesAreCalledForWhatTheyAreAbout() {
    noClasses().should().resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..helper..",
        "..misc..").check(ALL);
  }

  @Test
  void logsGoThroughOneDoor() {
    noClasses().should().dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..", "org.apache.log4j..", "org.apache.commons.logging..")
        .check(ALL);
  }

  private static DescribedPredicate<JavaAccess<?>> asksTheSystem() {
    Set<String> calls = Set.of("java.lang.System.currentTimeMillis", "java.lang.System.nanoTime",
        "java.lang.System.getenv", "java.lang.System.getProperty", "java.time.Instant.now",
        "java.time.LocalDate.now", "java.time.LocalDateTime.now", "java.time.ZonedDateTime.now",
        "java.time.Clock.systemUTC", "java.time.Clock.systemDefaultZone", "java.lang.Math.random",
        "java.util.UUID.randomUUID", "java.util.concurrent.ThreadLocalRandom.current");
    return DescribedPredicate.describe("asks the system for time or chance",
        access -> calls.contains(access.getTargetOwner().getName() + "." + access.getTarget().getName()));
  }

  private static DescribedPredicate<JavaAccess<?>> printsToTheTerminal() {
    return DescribedPredicate.describe("System.out, System.err or printStackTrace()", access -> {
      String name = access.getTarget().getName();
      boolean stream = access.getTargetOwner().isEquivalentTo(System.class)
          && Set.of("out", "err").contains(name);
      return stream || name.equals("printStackTrace");
    });
  }

  private static DescribedPredicate<JavaClass> handWritten() {
    return DescribedPredicate.not(resideInAnyPackage("io.pika.core.rpc.."));
  }

  /** One slice per package; a process's own package wires it and sees everything. */
  private static SliceAssignment packagesWithoutWiring() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return WIRING.contains(type.getPackageName()) || type.getPackageName().isEmpty()
            ? SliceIdentifier.ignore()
            : SliceIdentifier.of(type.getPackageName());
      }

      @Override
      public String getDescription() { return "packages without those that wire a process"; }
    };
  }
}
