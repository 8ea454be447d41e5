package io.pika.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartCacheTest {
  private static final Member NODE = new Member.Node(1);

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit
  Path dist;

  private StartCache reading() {
    return new StartCache(dist, StartCache.Use.READ);
  }

  private StartCache making() {
    return new StartCache(dist, StartCache.Use.MAKE);
  }

  @Test
  void withoutCachesAStartAsksForNone() {
    assertThat(reading().arguments(NODE)).isEmpty();
    assertThat(reading().environment()).isEmpty();
  }

  @Test
  void eachProgramReadsItsOwnCache() throws Exception {
    Path node = write("aot/pika-node.aot");
    assertThat(reading().arguments(NODE)).containsExactly("-XX:AOTCache=" + node);
    assertThat(reading().arguments(new Member.Node(2))).containsExactly("-XX:AOTCache=" + node);
    assertThat(reading().arguments(new Member.Manager())).isEmpty();
  }

  @Test
  void oneNodeAndTheManagerMakeCaches() {
    assertThat(making().arguments(NODE))
        .containsExactly("-XX:AOTCacheOutput=" + dist.resolve("aot/pika-node.aot"));
    assertThat(making().arguments(new Member.Manager()))
        .containsExactly("-XX:AOTCacheOutput=" + dist.resolve("aot/pika-manager.aot"));
    assertThat(making().arguments(new Member.Node(2))).isEmpty();
  }

  @Test
  void unpackedLibraryIsKeptUnderTheNameThatIsLookedForFirst() throws Exception {
    write("native/librocksdbjni-some-machine");
    making().keepLibrary();
    Files.delete(dist.resolve("native/librocksdbjni-some-machine"));
    assertThat(dist.resolve("native").resolve(System.mapLibraryName("rocksdbjni"))).hasContent("x");
    assertThat(reading().arguments(NODE))
        .isEqualTo(List.of("-Djava.library.path=" + dist.resolve("native")));
    assertThat(reading().environment()).isEqualTo(Map.of("ROCKSDB_MUSL_LIBC", "false"));
  }

  private Path write(String name) throws Exception {
    Path file = dist.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "x");
  }
}
