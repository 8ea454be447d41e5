package io.pika.cli.command;

import io.pika.cli.doctor.Finding;
import io.pika.cli.doctor.MachineChecks;
import io.pika.cli.doctor.ManagerChecks;
import io.pika.cli.doctor.ProcessChecks;
import io.pika.cli.local.ClusterDir;
import io.pika.cli.local.LocalCluster;
import io.pika.cli.show.OutputForm;
import io.pika.cli.show.Screen;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

@Command(name = "doctor", mixinStandardHelpOptions = true, description = {
    "Look for what keeps the cluster from working: the machine, the processes, the manager, the nodes.",
    "A line for each thing: ok, warn or fail, with what to do. The exit code is 1 when something failed."}, footer = {
        "", "Examples:", "  ./pika doctor", "  ./pika doctor --manager http://10.0.0.1:9300 --token-file t"})
final class DoctorCommand implements Callable<Integer> {
  private static final int DEFAULT_NODES = 3;

  private final Surroundings surroundings;

  @Mixin private final ManagerOptions manager = new ManagerOptions();

  @Mixin private final OutputOptions output = new OutputOptions();

  DoctorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Screen screen = output.screen(surroundings);
    LocalCluster cluster = surroundings.cluster(surroundings.dir(manager.dir));
    Optional<ClusterDir.Description> local = cluster.dir().description();
    List<Finding> findings = new ArrayList<>();
    findings.addAll(new MachineChecks(cluster.dir(), cluster.programs(), InstantSource.system())
        .look(local.map(ClusterDir.Description::nodes).orElse(DEFAULT_NODES)));
    if (local.isPresent()) {
      findings.addAll(new ProcessChecks(cluster, local.get()).look());
    }
    findings.addAll(new ManagerChecks(manager.api(surroundings)).look());
    show(screen, findings);
    return findings.stream().anyMatch(each -> each.level() == Finding.Level.FAIL)
        ? ExitCode.FAILED
        : ExitCode.OK;
  }

  private static void show(Screen screen, List<Finding> findings) {
    if (screen.form() == OutputForm.JSON) {
      ArrayNode all = JsonMapper.shared().createArrayNode();
      findings.forEach(finding -> all.add(finding.json()));
      screen.json(all);
      return;
    }
    for (Finding finding : findings) {
      screen.say(
          String.format("%-4s  %-11s %s", finding.level().name().toLowerCase(Locale.ROOT), finding.subject(),
              finding.message()));
      if (!finding.advice().isEmpty()) {
        screen.say("                  -> " + finding.advice());
      }
    }
    long failed = findings.stream().filter(each -> each.level() == Finding.Level.FAIL).count();
    long warned = findings.stream().filter(each -> each.level() == Finding.Level.WARN).count();
    screen.say(failed + " failed, " + warned + " warnings, " + (findings.size() - failed - warned) + " ok");
  }
}
