package io.pika.cli.command;

import io.pika.cli.local.ClusterDir;
import io.pika.cli.local.LocalCluster;
import io.pika.cli.local.LocalTrouble;
import io.pika.cli.local.Member;
import io.pika.cli.show.Progress;
import io.pika.cli.show.Screen;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "down", mixinStandardHelpOptions = true, description = {
    "Stop the cluster on this machine, or some processes of it. Data stays, unless --purge deletes it.",
    "A process that does not stop in time is ended the hard way; what was acknowledged is in its log."}, footer = {
        "", "Examples:", "  ./pika down                stop all of it",
        "  ./pika down node-2         stop one;"
            + " ./pika up starts it again",
        "  ./pika down node-2 --kill  what if it crashed?",
        "  ./pika down --purge        stop and delete, after asking"})
final class DownCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "PROCESS", arity = "0..*", description = "manager, node-1, ... Default: all.") private List<String> names = List
      .of();

  @Option(names = "--dir", paramLabel = "DIR", description = "The cluster's directory. Default: .pika in the checkout, or PIKA_DIR.") private @Nullable Path dir;

  @Option(names = "--purge", description = "Delete data, logs and settings too. Asks before it does.") private boolean purge;

  @Option(names = {"-y", "--yes"}, description = "Do not ask.") private boolean yes;

  @Option(names = "--kill", description = "End the processes at once, as a crash would (kill -9).") private boolean kill;

  @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "30", description = "How long a process may take to stop before it is killed. Default: ${DEFAULT-VALUE}.") private int timeoutSeconds;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  DownCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, LocalTrouble, InterruptedException {
    LocalCluster cluster = surroundings.cluster(surroundings.dir(dir));
    Screen screen = surroundings.screen();
    Optional<ClusterDir.Description> description = Files.isDirectory(cluster.dir().root())
        ? cluster.dir().description()
        : Optional.empty();
    if (description.isEmpty()) {
      screen.hint("there is no cluster in " + cluster.dir().root());
      return ExitCode.OK;
    }
    List<Member> chosen = chosen(description.get());
    if (purge && !names.isEmpty()) {
      throw usage("--purge is about the whole cluster; name no process with it");
    }
    if (purge && !confirmed(cluster)) {
      screen.hint("nothing was stopped or deleted");
      return ExitCode.FAILED;
    }
    try (LocalCluster.Hold _ = cluster.hold()) {
      stop(cluster, chosen);
      if (purge) {
        cluster.dir().purge();
        screen.hint("deleted " + cluster.dir().root());
      } else if (names.isEmpty()) {
        screen.hint("data stays in " + cluster.dir().root() + "; ./pika up starts it again");
      }
    }
    return ExitCode.OK;
  }

  private List<Member> chosen(ClusterDir.Description description) {
    List<Member> all = description.members();
    if (names.isEmpty()) {
      return all;
    }
    List<Member> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(all.stream().filter(each -> each.name().equals(name)).findFirst()
          .orElseThrow(() -> usage("there is no process " + name + "; there are "
              + all.stream().map(Member::name).collect(Collectors.joining(", ")))));
    }
    return chosen;
  }

  /** Nodes first and all at once: they tell the manager that they go. */
  private void stop(LocalCluster cluster, List<Member> members) throws IOException, InterruptedException {
    List<Member> order = new ArrayList<>(members.stream().filter(Member.Node.class::isInstance).toList());
    Map<Member, ProcessHandle> running = new HashMap<>();
    for (Member member : members) {
      cluster.running(member).ifPresent(process -> running.put(member, process));
    }
    for (Member node : order) {
      ProcessHandle process = running.get(node);
      if (process != null && !kill) {
        process.destroy();
      }
    }
    members.stream().filter(Member.Manager.class::isInstance).forEach(order::add);
    try (Progress progress = new Progress(surroundings.screen())) {
      for (Member member : order) {
        progress.waiting("waiting for " + member.name() + " to stop");
        LocalCluster.Ending ending = kill
            ? cluster.kill(member)
            : cluster.stop(member, Duration.ofSeconds(timeoutSeconds));
        switch (ending) {
          case STOPPED -> progress.done(member.name() + " stopped");
          case KILLED -> progress.done(member.name() + " was killed"
              + (kill ? "" : ": it did not stop within " + timeoutSeconds + " s"));
          case NOT_RUNNING ->
            progress.done(member.name() + (running.containsKey(member) ? " stopped" : " was not running"));
        }
      }
    }
  }

  private boolean confirmed(LocalCluster cluster) throws IOException {
    if (yes) {
      return true;
    }
    Screen screen = surroundings.screen();
    screen.hint(
        "This deletes the cluster in " + cluster.dir().root() + " with all its data. Type yes to go on:");
    String answer = new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))
        .readLine();
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).equals("yes");
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
