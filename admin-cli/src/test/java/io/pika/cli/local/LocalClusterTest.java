package io.pika.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit
  Path temporary;

  private ClusterDir dir = new ClusterDir(Path.of("unset"));

  @BeforeEach
  void setUp() {
    dir = new ClusterDir(temporary.resolve("a cluster"));
  }

  private LocalCluster cluster() {
    return new LocalCluster(dir, new Programs(Path.of("/home of pika"), Path.of("/java"), "/bin"));
  }

  private void prepare() throws IOException {
    dir.prepare(new ClusterDir.Description(3, 9420), new SecureRandom());
  }

  @Test
  void secretIsReadableByItsOwnerOnlyAndStays() throws Exception {
    prepare();
    String secret = Files.readString(dir.secret());
    prepare();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.secret())))
        .isEqualTo("rw-------");
    assertThat(Files.readString(dir.secret())).isEqualTo(secret).hasSizeGreaterThan(32);
  }

  @Test
  void descriptionAndEditedSettingsSurviveTheNextUp() throws Exception {
    assertThat(dir.description()).isEmpty();
    prepare();
    Path settings = dir.settings(new Member.Node(2));
    Files.writeString(settings, "loglevel: debug\n", StandardOpenOption.APPEND);
    prepare();
    assertThat(dir.description()).contains(new ClusterDir.Description(3, 9420));
    assertThat(Files.readString(settings)).contains("loglevel: debug");
  }

  @Test
  void descriptionOfANewerVersionIsRefused() throws Exception {
    prepare();
    Files.writeString(dir.root().resolve("cluster.json"),
        "{\"formatVersion\": 2, \"nodes\": 3, \"basePort\": 9220}");
    assertThatThrownBy(dir::description).hasMessageContaining("newer version");
    Files.writeString(dir.root().resolve("cluster.json"), "{");
    assertThatThrownBy(dir::description).hasMessageContaining("is damaged");
  }

  @Test
  void purgeDeletesOnlyWhatACluster() throws Exception {
    prepare();
    Files.createDirectories(dir.data(new Member.Node(3)).resolve("log"));
    Path foreign = Files.writeString(dir.root().resolve("notes.txt"), "mine");
    dir.purge();
    assertThat(dir.root().toFile().list()).containsExactly("notes.txt");
    Files.delete(foreign);
    prepare();
    dir.purge();
    assertThat(dir.root()).doesNotExist();
  }

  @Test
  void processIsOursOnlyIfItAlsoStartedThen() throws Exception {
    prepare();
    Path file = dir.processFile(new Member.Node(1));
    ProcessHandle self = ProcessHandle.current();
    LocalProcess.of(self).write(file);
    assertThat(cluster().running(new Member.Node(1))).contains(self);
    new LocalProcess(self.pid(), LocalProcess.of(self).startedAtMs() - 60_000).write(file);
    assertThat(cluster().running(new Member.Node(1))).as("the process id was given to somebody else")
        .isEmpty();
    assertThat(cluster().missing(new ClusterDir.Description(1, 9420))).hasSize(2);
  }

  @Test
  void takenPortIsNamedWithItsProcess() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ports ports = new Ports(taken.getLocalPort() - 1 > Ports.MOST ? Ports.MOST : taken.getLocalPort() - 1);
      assertThat(PortOwner.isFree(taken.getLocalPort())).isFalse();
      assertThat(PortOwner.find(taken.getLocalPort())).hasValueSatisfying(
          owner -> assertThat(owner).contains("process " + ProcessHandle.current().pid()));
      if (ports.client(1) == taken.getLocalPort()) {
        assertThatThrownBy(() -> cluster().checkPorts(List.of(new Member.Node(1)), ports))
            .isInstanceOfSatisfying(LocalTrouble.class, trouble -> assertThat(trouble.details())
                .anyMatch(line -> line.contains("port " + taken.getLocalPort() + " (node-1, clients)"))
                .anyMatch(line -> line.contains("--base-port")));
      }
    }
  }

  @Test
  void twoCannotHoldTheDirectoryAtOnce() throws Exception {
    try (LocalCluster.Hold _ = cluster().hold()) {
      assertThatThrownBy(() -> cluster().hold()).isInstanceOf(LocalTrouble.class)
          .hasMessageContaining("another pika");
    }
    cluster().hold().close();
  }

  @Test
  void everyProcessHasItsOwnPorts() {
    ClusterDir.Description largest = new ClusterDir.Description(Ports.MAX_NODES, Ports.DEFAULT_BASE);
    List<Integer> all = largest.members().stream().flatMap(each -> largest.ports().of(each).values().stream())
        .toList();
    assertThat(all).doesNotHaveDuplicates().allMatch(port -> port > 1023 && port < 65536);
    assertThat(largest.ports().client(1)).isEqualTo(9221);
    assertThat(largest.ports().peer(3)).isEqualTo(19223);
    assertThat(largest.ports().admin(1)).isEqualTo(8221);
    assertThat(largest.ports().managerRest()).isEqualTo(9300);
    assertThat(largest.ports().managerRpc()).isEqualTo(9301);
  }

  @Test
  void commandLineSurvivesBlanksInPaths() throws Exception {
    Path home = home("-XX:+UseG1GC");
    assertThat(nodeCommand(home)).contains("@" + home + "/etc/jvm/pika-node.options",
        home + "/target/dist/lib/*",
        "io.pika.node.NodeMain", "port=9422", "dir=" + dir.root().resolve("node-2"));
  }

  /** A checkout with these options of a node's JVM. */
  private Path home(String... options) throws IOException {
    Path home = temporary.resolve("home of pika");
    Path file = home.resolve("etc/jvm/pika-node.options");
    Files.createDirectories(file.getParent());
    Files.write(file, List.of(options));
    return home;
  }

  private List<String> nodeCommand(Path home) throws IOException {
    return new Programs(home, Path.of("/java"), "/bin").command(new Member.Node(2), dir,
        new ClusterDir.Description(3, 9420));
  }

  @Test
  void limitsOfTheJvmFollowFromTheMemoryOfTheNode() throws Exception {
    prepare();
    Path home = home("-XX:+UseG1GC");
    assertThat(nodeCommand(home)).contains("-Xmx516m", "-XX:MaxDirectMemorySize=516m");
    Files.writeString(dir.settings(new Member.Node(2)), "memory: 800mb\n");
    assertThat(nodeCommand(home)).contains("-Xmx240m", "-XX:MaxDirectMemorySize=240m");
    assertThat(nodeCommand(home("-Xmx300m"))).contains("-XX:MaxDirectMemorySize=240m")
        .noneMatch(argument -> argument.startsWith("-Xmx"));
  }

  @Test
  void tailAndFollowerSeeWholeLinesOnly() throws Exception {
    Path log = temporary.resolve("x.log");
    assertThat(LogTail.read(log, 5)).isEmpty();
    LogFollower follower = LogFollower.atEnd(log);
    Files.writeString(log, "one\ntwo\nthr");
    assertThat(LogTail.read(log, 2)).containsExactly("two", "thr");
    assertThat(follower.next()).containsExactly("one", "two");
    Files.writeString(log, "ee\n", StandardOpenOption.APPEND);
    assertThat(follower.next()).containsExactly("three");
    Files.writeString(log, "new\n");
    assertThat(follower.next()).containsExactly("new");
  }
}
