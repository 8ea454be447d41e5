package io.pika.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  enum Fsync {
    ALWAYS, EVERY_SECOND
  }

  static final Setting<Integer> PORT = Setting.port("port", 9221, "Clients connect here.");
  static final Setting<Long> MEMORY = Setting.bytes("memory-tier", "64mb", "Bound of the memory tier.")
      .between("1mb", "8gb").changeable();
  static final Setting<Duration> LEASE = Setting.duration("lease", "10s", "A lease.").between("1s", "5m");
  static final Setting<Fsync> FSYNC = Setting
      .choice("appendfsync", Fsync.EVERY_SECOND, "When the log is forced.").changeable();
  static final Setting<String> SECRET = Setting.string("secret", "", "The cluster's secret.").secret();
  static final Setting<List<HostPort>> MANAGERS = Setting.addresses("managers", "127.0.0.1:9301",
      "Managers.");
  static final Setting<Boolean> STRICT = Setting.bool("strict", false, "Strictness.");
  static final Setting<Path> DIR = Setting.path("dir", "data", "Where the data is.");
  static final SettingsSpec SPEC = SettingsSpec
      .of("pika-node", PORT, MEMORY, LEASE, FSYNC, SECRET, MANAGERS, STRICT, DIR)
      .removed("threads", "use workers");

  @TempDir Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("node.yaml"), text);
  }

  private List<String> problemsOf(String text) throws IOException {
    Path file = file(text);
    SettingsException refused = catchThrowableOfType(SettingsException.class,
        () -> Settings.load(SPEC, file, List.of()));
    assertThat(refused).as("settings are refused").isNotNull();
    return refused.problems().stream().map(each -> each.replace(file.toString(), "FILE")).toList();
  }

  @Test
  void fileWinsOverDefaultAndSetWinsOverFile() throws Exception {
    Settings settings = Settings.load(SPEC, file("""
        # a comment
        port: 7000
        memory-tier: 128mb
        lease: 500s
        appendfsync: always
        managers: [10.0.0.1:9301, "[::1]:9301"]
        strict: no
        """.replace("500s", "20s")), List.of("port=7001"));
    assertThat(settings.get(PORT)).isEqualTo(7001);
    assertThat(settings.get(MEMORY)).isEqualTo(128L << 20);
    assertThat(settings.get(LEASE)).isEqualTo(Duration.ofSeconds(20));
    assertThat(settings.get(FSYNC)).isEqualTo(Fsync.ALWAYS);
    assertThat(settings.get(MANAGERS)).containsExactly(new HostPort("10.0.0.1", 9301),
        new HostPort("::1", 9301));
    assertThat(settings.get(STRICT)).isFalse();
    assertThat(settings.get(DIR)).isEqualTo(Path.of("data"));
    assertThat(settings.origin(PORT)).isEqualTo("--set");
    assertThat(settings.origin(MEMORY)).endsWith("node.yaml:3");
    assertThat(settings.origin(DIR)).isEqualTo("default");
  }

  @Test
  void emptyFileMeansDefaults() throws Exception {
    assertThat(Settings.load(SPEC, file("# nothing\n"), List.of()).get(PORT)).isEqualTo(9221);
    assertThat(Settings.load(SPEC, file(""), List.of()).get(PORT)).isEqualTo(9221);
  }

  @Test
  void everyProblemIsNamedWithFileAndLine() throws Exception {
    assertThat(problemsOf("""
        prot: 1
        threads: 4
        memory-tier: 10
        lease: 5
        appendfsync: sometimes
        strict: maybe
        port: 70000
        port: 1
        dir:
        zzzzzzzz: 1
        """.replace("dir:\n", ""))).containsExactly(
        "FILE:1: there is no setting prot; did you mean port?",
        "FILE:2: the setting threads was removed: use workers",
        "FILE:3: memory-tier: \"10\" is not allowed; it must be a size such as 4096, 512kb, 64mb or 2gb"
            + " from 1mb to 8gb",
        "FILE:4: lease: \"5\" is not allowed; it must be a time with its unit such as 500ms, 5s, 10m, 2h or 1d"
            + " from 1s to 5m",
        "FILE:5: appendfsync: \"sometimes\" is not allowed; it must be one of always, every-second",
        "FILE:6: strict: \"maybe\" is not allowed; it must be yes or no",
        "FILE:7: port: \"70000\" is not allowed; it must be a port from 1 to 65535, or 0 for any free one",
        "FILE:8: port stands in line 7 already",
        "FILE:9: there is no setting zzzzzzzz; pika-node --help lists all");
  }

  @Test
  void whatIsNoFlatListOfValuesIsRefusedWithItsLine() throws Exception {
    assertThat(problemsOf("port: 1\ndir:\n")).containsExactly(
        "FILE:2: dir has no value; write \"\" for an empty one, or put # before the line");
    assertThat(problemsOf("log:\n  dir: x\n"))
        .containsExactly("FILE:1: log has settings below it; settings are flat, each is one line");
    assertThat(problemsOf("- port\n"))
        .containsExactly("FILE:1: settings are written as \"name: value\", one to a line");
    assertThat(problemsOf("port: [1\n").getFirst()).startsWith("FILE:").contains("this is not YAML");
  }

  @Test
  void missingFileIsNamed() {
    assertThatThrownBy(() -> Settings.load(SPEC, directory.resolve("none.yaml"), List.of()))
        .isInstanceOf(SettingsException.class).hasMessageContaining("there is no settings file")
        .hasMessageContaining("none.yaml");
  }

  @Test
  void secretIsNeverShown() {
    Settings settings = Settings.of(SPEC, "secret=xyz");
    assertThat(settings.get(SECRET)).isEqualTo("xyz");
    assertThat(settings.text(SECRET)).doesNotContain("xyz");
    assertThat(settings.text(MEMORY)).isEqualTo("64mb");
    assertThat(settings.text(MANAGERS)).isEqualTo("127.0.0.1:9301");
  }

  @Test
  void changeIsAllOrNothing() throws Exception {
    Settings settings = Settings.of(SPEC);
    List<Long> told = new ArrayList<>();
    settings.onChange(MEMORY, told::add);
    assertThatThrownBy(() -> settings.change(Map.of("memory-tier", "2mb", "appendfsync", "never")))
        .hasMessage("appendfsync: \"never\" is not allowed; it must be one of always, every-second");
    assertThat(settings.get(MEMORY)).isEqualTo(64L << 20);
    assertThatThrownBy(() -> settings.change(Map.of("port", "1"))).hasMessageContaining("cannot be changed");
    settings.change(Map.of("memory-tier", "2mb", "appendfsync", "always"));
    assertThat(settings.get(MEMORY)).isEqualTo(2L << 20);
    assertThat(settings.get(FSYNC)).isEqualTo(Fsync.ALWAYS);
    assertThat(told).containsExactly(2L << 20);
    assertThat(settings.origin(MEMORY)).isEqualTo("changed");
  }

  @Test
  void defaultMustKeepItsOwnBounds() {
    assertThatThrownBy(() -> Setting.bytes("x", "1gb", "").between("1mb", "2mb"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void argumentsAreReadOrRefused() {
    ProcessArguments.Switch accept = new ProcessArguments.Switch("--accept-log-damage", "Goes on.");
    assertThat(
        ProcessArguments.parse(new String[]{"--set", "port=1", "--set=lease=2s", "--accept-log-damage"}, SPEC,
            "1.0", accept))
        .isInstanceOfSatisfying(ProcessArguments.Outcome.Run.class, run -> {
          assertThat(run.settings().get(PORT)).isEqualTo(1);
          assertThat(run.settings().get(LEASE)).isEqualTo(Duration.ofSeconds(2));
          assertThat(run.switches()).containsExactly(accept);
        });
    assertSays(2, "unknown argument --prot; pika-node --help shows what there is", "--prot");
    assertSays(2, "--set needs a value", "--set");
    assertSays(2, "--set port: write it as --set name=value", "--set", "port");
    assertSays(2, "did you mean port?", "--set", "prot=1");
    assertSays(0, "pika-node 1.0", "--version");
    assertSays(0, "memory-tier = 64mb\n      Bound of the memory tier. A size such as", "--help");
  }

  private static void assertSays(int exitCode, String text, String... arguments) {
    assertThat(ProcessArguments.parse(arguments, SPEC, "1.0")).isInstanceOfSatisfying(
        ProcessArguments.Outcome.Say.class, say -> {
          assertThat(say.text()).contains(text);
          assertThat(say.exitCode()).isEqualTo(exitCode);
        });
  }

  @Test
  void pageNamesTypeDefaultAndBounds() {
    assertThat(SettingsPage.markdown(List.of(SPEC)))
        .contains("| `memory-tier` | bytes | `64mb` | yes | 0.1 | Bound of the memory tier. A size such as")
        .contains("| `secret` | string |  |  | 0.1 |").contains("Removed: `threads`: use workers");
  }
}
