package io.pika.tests.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.tests.house.Sources.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Documents point at things that exist, and decisions are written in the one form. */
class DocsTest {
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final List<String> HEADINGS = List.of("## Context", "## Choice", "## Alternatives",
      "## Consequences");

  private static final List<Source> DOCUMENTS = Sources.all().stream()
      .filter(file -> file.name().endsWith(".md")).toList();

  @Test
  void everyLinkLeadsSomewhere() {
    List<String> broken = new ArrayList<>();
    for (Source document : DOCUMENTS) {
      for (String line : proseOf(document)) {
        Matcher link = LINK.matcher(line);
        while (link.find()) {
          if (!leadsSomewhere(document, link.group(1))) {
            broken.add(document.name() + ": " + link.group(1));
          }
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyDecisionHasItsFourParts() {
    List<String> wrong = new ArrayList<>();
    for (Source document : DOCUMENTS) {
      if (document.name().startsWith("docs/decisions/") && !document.name().endsWith("/README.md")) {
        if (!document.name().matches("docs/decisions/\\d{4}-\\d{2}-\\d{2}-[a-z0-9-]+\\.md")) {
          wrong.add(document.name() + ": is not called YYYY-MM-DD-title.md");
        }
        List<String> parts = document.lines().stream().filter(line -> line.startsWith("## ")).toList();
        if (!parts.equals(HEADINGS)) {
          wrong.add(document.name() + ": has " + parts + ", not " + HEADINGS);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyDecisionIsListed() throws Exception {
    Path folder = Sources.root().resolve("docs/decisions");
    String list = Files.readString(folder.resolve("README.md"));
    assertThat(DOCUMENTS.stream().map(Source::name)
        .filter(name -> name.startsWith("docs/decisions/") && !name.endsWith("/README.md"))
        .map(name -> name.substring("docs/decisions/".length()))
        .filter(name -> !list.contains("(" + name + ")")))
        .isEmpty();
  }

  private static boolean leadsSomewhere(Source document, String target) {
    if (target.matches("(https?|mailto|redis|pika):.*")) {
      return true;
    }
    int hash = target.indexOf('#');
    String file = hash < 0 ? target : target.substring(0, hash);
    Path path = file.isEmpty() ? document.path() : document.path().resolveSibling(file).normalize();
    if (!Files.exists(path)) {
      return false;
    }
    return hash < 0 || !path.toString().endsWith(".md") || anchors(path).contains(target.substring(hash + 1));
  }

  private static List<String> anchors(Path path) {
    return DOCUMENTS.stream().filter(document -> document.path().equals(path))
        .flatMap(document -> proseOf(document).stream()).filter(line -> line.startsWith("#"))
        .map(DocsTest::anchor).toList();
  }

  /** How GitHub names a heading: lower case, blanks to hyphens, punctuation gone. */
  private static String anchor(String heading) {
    return heading.replaceFirst("^#+\\s*", "").toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }

  /** Lines outside fenced code and without inline code, where brackets mean something else. */
  private static List<String> proseOf(Source document) {
    List<String> prose = new ArrayList<>();
    boolean code = false;
    for (String line : document.lines()) {
      if (line.strip().startsWith("```")) {
        code = !code;
      } else if (!code) {
        prose.add(line.startsWith("#") ? line : line.replaceAll("`[^`]*`", "code"));
      }
    }
    return prose;
  }
}
