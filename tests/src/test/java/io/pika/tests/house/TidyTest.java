package io.pika.tests.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreeScanner;
import io.pika.proxy.protocol.Command;
import io.pika.tests.house.Sources.Source;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Rules that a formatter does not know, after TigerBeetle's {@code tidy.zig}. A rule that is broken names file
 * and line. The words looked for are written in two pieces here, so that this file keeps its own rules.
 */
class TidyTest {
  private static final int FILE_LINES = 600;
  private static final int METHOD_LINES = 70;
  /** So many command names in one file are a list; a few of them are somebody who uses commands. */
  private static final int A_LIST_OF_COMMANDS = 25;

  private static final List<Source> ALL = Sources.all();
  private static final List<Source> JAVA = ALL.stream().filter(Source::isJava).toList();

  @Test
  void noJavaFileIsLongerThanItsReaderCanHold() {
    assertThat(JAVA.stream().filter(file -> file.lines().size() > FILE_LINES)
        .map(file -> file.name() + ": " + file.lines().size() + " lines")).isEmpty();
  }

  @Test
  void noMethodIsLongerThanAScreen() {
    JavaTree tree = JavaTree.parse(JAVA);
    List<String> found = new ArrayList<>();
    for (CompilationUnitTree unit : tree.units()) {
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
          long start = line(unit, tree.positions().getStartPosition(unit, method));
          long end = line(unit, tree.positions().getEndPosition(unit, method));
          if (end - start + 1 > METHOD_LINES) {
            found.add(nameOf(unit) + ":" + start + ": " + method.getName() + " has " + (end - start + 1)
                + " lines");
          }
          return super.visitMethod(method, nothing);
        }
      }.scan(unit, null);
    }
    assertThat(found).isEmpty();
  }

  @Test
  void nothingIsLeftOver() {
    Pattern leftOver = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX|HA" + "CK)\\b");
    assertThat(linesWith(ALL, leftOver.asPredicate())).isEmpty();
  }

  @Test
  void noCodeIsCommentedOut() {
    Pattern statement = Pattern
        .compile("^\\s*//\\s*.*[^.:](;|\\{|\\})\\s*$|^\\s*//\\s*(@Override|import |\\}|return )");
    Pattern codec = Pattern.compile("^\\s*//.*\\|");
    assertThat(linesWith(JAVA, line -> statement.matcher(line).find() && !codec.matcher(line).find()))
        .isEmpty();
  }

  @Test
  void noLineEndsInBlanks() {
    assertThat(linesWith(ALL, line -> line.endsWith(" ") || line.endsWith("\t") || line.endsWith("\r")))
        .isEmpty();
  }

  @Test
  void noImportTakesAWholePackage() {
    assertThat(linesWith(JAVA, Pattern.compile("^import (?!static ).*\\*;").asPredicate())).isEmpty();
  }

  @Test
  void noTestIsSwitchedOffOrSleeps() {
    List<Source> tests = JAVA.stream().filter(Source::isTestJava).toList();
    Pattern bad = Pattern
        .compile("@Dis" + "abled|@Ig" + "nore|Thread\\.sl" + "eep|TimeUnit\\.\\w+\\.sl" + "eep"
            + "|assumeTrue\\(fal" + "se");
    assertThat(linesWith(tests, bad.asPredicate())).isEmpty();
  }

  @Test
  void nothingIsWiredByAFrameworkOrWrittenByAGenerator() {
    Pattern imports = Pattern
        .compile("^import (static )?(lombok|jakarta\\.inject|javax\\.inject|com\\.google\\.inject"
            + "|dagger|org\\.springframework|org\\.mockito|org\\.easymock)\\b");
    assertThat(linesWith(JAVA, imports.asPredicate())).isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> packages = new TreeSet<>();
    Set<String> marked = new HashSet<>();
    for (Source file : JAVA) {
      String folder = file.name().substring(0, file.name().lastIndexOf('/')).replaceFirst(".*/src/\\w+/java/",
          "");
      packages.add(folder);
      if (file.name().endsWith("/package-info.java")
          && file.lines().stream().anyMatch(line -> line.contains("NullMarked"))) {
        marked.add(folder);
      }
    }
    packages.removeAll(marked);
    assertThat(packages).isEmpty();
  }

  @Test
  void nothingNamesTheMachineItWasWrittenOnOrARegistry() {
    String here = Sources.root().toString();
    Pattern places = Pattern
        .compile("/ro" + "ot/|/ho" + "me/[a-z]|C:\\\\Users|https?://[^/\\s\"]*(artifactory|nexus|"
            + "repo\\d*\\.maven|registry\\.npmjs|pypi\\.org|deb\\.debian)");
    List<Source> checked = ALL.stream().filter(file -> !Set.of("mvnw", "mvnw.cmd").contains(file.name()))
        .toList();
    assertThat(linesWith(checked, line -> line.contains(here + "/") || places.matcher(line).find()))
        .isEmpty();
  }

  @Test
  void ordinalsOfEnumsAreNotWrittenDown() {
    List<Source> codecs = JAVA.stream().filter(Source::isMainJava)
        .filter(file -> file.name().matches(".*/(store|log|meta|journal|model|topology|peer)/[^/]+"))
        .toList();
    assertThat(linesWith(codecs, line -> line.contains(".ordinal()"))).isEmpty();
  }

  @Test
  void commandNamesStandInOneTable() {
    Set<String> names = Stream.of(Command.values())
        .map(command -> command.redisName().toUpperCase(Locale.ROOT)).collect(Collectors.toSet());
    JavaTree tree = JavaTree.parse(JAVA.stream().filter(Source::isMainJava)
        .filter(file -> !file.name().startsWith("proxy/src/main/java/io/pika/proxy/protocol/"))
        .filter(file -> !file.name().startsWith("testkit/")).toList());
    TreeMap<String, Set<String>> lists = new TreeMap<>();
    for (CompilationUnitTree unit : tree.units()) {
      Set<String> used = new TreeSet<>();
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitLiteral(LiteralTree literal, Void nothing) {
          if (literal.getValue() instanceof String text && names.contains(text.toUpperCase(Locale.ROOT))) {
            used.add(text);
          }
          return super.visitLiteral(literal, nothing);
        }
      }.scan(unit, null);
      if (used.size() >= A_LIST_OF_COMMANDS) {
        lists.put(nameOf(unit), used);
      }
    }
    assertThat(lists).isEmpty();
  }

  private static List<String> linesWith(List<Source> files, Predicate<String> bad) {
    List<String> found = new ArrayList<>();
    for (Source file : files) {
      for (int i = 0; i < file.lines().size(); i++) {
        if (bad.test(file.lines().get(i))) {
          found.add(file.name() + ":" + (i + 1) + ": " + file.lines().get(i).strip());
        }
      }
    }
    return found;
  }

  private static long line(CompilationUnitTree unit, long position) {
    return unit.getLineMap().getLineNumber(position);
  }

  private static String nameOf(CompilationUnitTree unit) {
    URI file = unit.getSourceFile().toUri();
    return Sources.root().relativize(Path.of(file)).toString();
  }
}
