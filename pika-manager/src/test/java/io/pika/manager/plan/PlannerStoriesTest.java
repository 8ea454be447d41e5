package io.pika.manager.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Stories of the planner as text: lines say what happens, lines with {@code >} what comes of the line above. Rewrite
 * one only when you understand why it changed.
 */
final class PlannerStoriesTest {
  private static final Path STORIES = Path.of("src/test/resources/stories");

  @TestFactory
  Stream<DynamicTest> stories() throws IOException {
    return Files.list(STORIES).sorted()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
          String story = Files.readString(file);
          assertThat(PlannerStory.tell(story)).isEqualTo(story);
        }));
  }
}
