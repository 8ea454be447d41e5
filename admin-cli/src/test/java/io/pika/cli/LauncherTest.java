package io.pika.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code pika} in a project of its own, with JDKs and a Maven that only say what they were asked. */
class LauncherTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit
  Path temporary;

  private Path project = Path.of("unset");
  private Path home = Path.of("unset");
  private String path = "/usr/bin:/bin";

  private record Run(int exitCode, String text) {}

  @BeforeEach
  void setUp() throws IOException {
    project = Files.createDirectories(temporary.resolve("a project"));
    home = Files.createDirectories(temporary.resolve("a home"));
    Files.copy(root().resolve("pika"), project.resolve("pika"));
    Files.createDirectories(project.resolve("admin-cli/src/main/java"));
    Files.writeString(project.resolve("pom.xml"), "");
    Files.writeString(project.resolve("admin-cli/pom.xml"), "");
    script(project.resolve("mvnw"),
        "echo \"maven $*\" >> maven.log; mkdir -p target/dist/lib; exit ${MAVEN_RC:-0}");
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("mvnw"))) {
      here = Objects.requireNonNull(here.getParent(), "the tests run inside the project");
    }
    return here;
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** A JDK that prints its name and arguments. */
  private Path jdk(String name, String version) throws IOException {
    Path jdk = home.resolve(".jdks").resolve(name);
    script(jdk.resolve("bin/java"), "echo \"" + name + " runs:\"; for a in \"$@\"; do echo \"[$a]\"; done");
    script(jdk.resolve("bin/javac"), "");
    Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  private Run pika(Map<String, String> environment, String... arguments) throws Exception {
    return launch(project.resolve("pika"), environment, arguments);
  }

  private Run launch(Path script, Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile())
        .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(Map.of("HOME", home.toString(), "PATH", path, "PIKA_JVM_DIR", "/nowhere"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), text);
  }

  private long builds() throws IOException {
    Path log = project.resolve("maven.log");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  @Test
  void oldJavaIsPassedOverAndArgumentsArriveWhole() throws Exception {
    jdk("jdk-17", "17.0.15");
    jdk("jdk-25", "25.0.3");
    Run run = pika(Map.of("JAVA_HOME", home.resolve(".jdks/jdk-17").toString()), "table", "show", "two words",
        "");
    assertThat(run.exitCode()).isZero();
    assertThat(run.text()).contains("building (first time", "jdk-25 runs:", "[-Dpika.home=" + project + "]",
        "[io.pika.cli.PikaMain]\n[table]\n[show]\n[two words]\n[]\n");
  }

  @Test
  void theJdkThatTheUserNamedWinsOrIsRefused() throws Exception {
    jdk("jdk-25", "25");
    Path newer = jdk("jdk-27", "27-ea");
    assertThat(pika(Map.of("PIKA_JAVA_HOME", newer.toString()), "status").text()).contains("jdk-27 runs:");
    assertThat(Files.readString(project.resolve("maven.log"))).as("Maven is told of it")
        .contains("-Dpika.jdk=[27,28)");
    Run refused = pika(Map.of("PIKA_JAVA_HOME", jdk("jdk-21", "21").toString()), "status");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.text()).contains("is no JDK 25 or newer");
  }

  @Test
  void withoutAJdkItSaysHowToGetOne() throws Exception {
    Run run = pika(Map.of(), "up");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.text()).contains("a JDK 25 or newer is needed", "apt-get install", "PIKA_JAVA_HOME");
    assertThat(builds()).isZero();
  }

  @Test
  void onlyWhatIsStaleIsBuilt() throws Exception {
    jdk("jdk-25", "25");
    pika(Map.of(), "status");
    assertThat(builds()).isEqualTo(1);
    Path source = Files.writeString(project.resolve("admin-cli/src/main/java/A.java"), "class A {}");
    setTime(source, Instant.now().minusSeconds(100));
    setTime(project.resolve("admin-cli/src/main/java"), Instant.now().minusSeconds(100));
    pika(Map.of(), "status");
    assertThat(builds()).as("nothing changed").isEqualTo(1);
    setTime(source, Instant.now().plusSeconds(5));
    pika(Map.of("PIKA_NO_BUILD", "1"), "status");
    assertThat(builds()).as("told not to build").isEqualTo(1);
    pika(Map.of(), "status");
    assertThat(builds()).isEqualTo(2);
  }

  private static void setTime(Path file, Instant time) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  @Test
  void failedBuildShowsItsLogAndIsTriedAgain() throws Exception {
    jdk("jdk-25", "25");
    script(project.resolve("mvnw"), "echo 'A.java: cannot find symbol'; exit 1");
    Run run = pika(Map.of(), "status");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.text()).contains("the build failed", "A.java: cannot find symbol").doesNotContain("runs:");
    assertThat(project.resolve("target/build.lock")).doesNotExist();
    assertThat(pika(Map.of(), "status").text()).contains("the build failed");
  }

  @Test
  void lockOfADeadBuildIsTakenOver() throws Exception {
    jdk("jdk-25", "25");
    Files.createDirectories(project.resolve("target"));
    Process gone = new ProcessBuilder("true").start();
    assertThat(gone.waitFor(10, TimeUnit.SECONDS)).isTrue();
    Files.createSymbolicLink(project.resolve("target/build.lock"), Path.of("pid-" + gone.pid()));
    Run run = pika(Map.of(), "status");
    assertThat(run.exitCode()).isZero();
    assertThat(run.text()).doesNotContain("waiting for process");
    assertThat(Files.isSymbolicLink(project.resolve("target/build.lock"))).isFalse();
  }

  @Test
  void itWorksThroughALinkFromAnotherDirectory() throws Exception {
    jdk("jdk-25", "25");
    Path link = Files.createSymbolicLink(home.resolve("pika-link"), Path.of("../a project/pika"));
    Run run = launch(link, Map.of(), "status");
    assertThat(run.text()).contains("building", "jdk-25 runs:", "[-Dpika.home=" + project + "]");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void testsAreSummedOverAllReportsAndDecideTheExitCode() throws Exception {
    jdk("jdk-25", "25");
    String reports = "mkdir -p admin-cli/target/surefire-reports admin-cli/target/failsafe-reports; "
        + "printf '<?xml?>\\n<testsuite name=\"a\" time=\"1\" tests=\"10\" errors=\"1\" skipped=\"2\" failures=\"%s\">"
        + "\\n<testcase tests=\"99\"/></testsuite>' $FAILURES > admin-cli/target/surefire-reports/TEST-a.xml; "
        + "printf '<testsuite name=\"b\"\\n  tests=\"5\" errors=\"0\"\\n skipped=\"0\" failures=\"0\"/>' "
        + "> admin-cli/target/failsafe-reports/TEST-b.xml";
    script(project.resolve("mvnw"), "echo \"maven $*\" >> maven.log; " + reports);
    fakeRedis();
    Run run = pika(Map.of("FAILURES", "3"), "test");
    assertThat(run.text().lines().toList().getLast()).isEqualTo("9 passed, 4 failed, 2 skipped");
    assertThat(run.text()).contains("failed: TEST-a");
    assertThat(run.exitCode()).isEqualTo(1);
    script(project.resolve("mvnw"), "echo \"maven $*\" >> maven.log; "
        + reports.replace("errors=\\\"1\\\"", "errors=\\\"0\\\"").replace("errors=\"1\"", "errors=\"0\""));
    Run good = pika(Map.of("FAILURES", "0"), "test", "admin-cli", "--quick");
    assertThat(good.text().lines().toList().getLast()).isEqualTo("13 passed, 0 failed, 2 skipped");
    assertThat(good.exitCode()).isZero();
    assertThat(Files.readAllLines(project.resolve("maven.log")).getLast()).contains("-pl admin-cli -am",
        "-Dquick", " test");
  }

  @Test
  void brokenBuildIsNoSuccessEvenIfNoTestFailed() throws Exception {
    jdk("jdk-25", "25");
    fakeRedis();
    Run run = pika(Map.of("MAVEN_RC", "1"), "test");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.text()).contains("the build itself failed").endsWith("0 passed, 0 failed, 0 skipped\n");
    Run unknown = pika(Map.of(), "test", "pika-nod");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.text()).contains("there is no module pika-nod; modules: admin-cli");
  }

  private void fakeRedis() throws IOException {
    Path bin = temporary.resolve("bin");
    script(bin.resolve("redis-server"), "");
    script(bin.resolve("redis-cli"), "");
    path = bin + ":" + path;
  }
}
