package io.pika.cli.doctor;

import io.pika.cli.local.ClusterDir;
import io.pika.cli.local.LocalCluster;
import io.pika.cli.local.LogTail;
import io.pika.cli.local.Member;
import io.pika.cli.local.PortOwner;
import io.pika.cli.local.Ports;
import io.pika.cli.local.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The processes of the local cluster: do they run, do they serve, are their ports free if not, what do they log. */
public final class ProcessChecks {
  private static final int OK = 200;
  private static final int LOG_LINES = 2000;
  private static final Pattern ERROR_LINE = Pattern
      .compile("\\bERROR\\b|^Exception in|OutOfMemoryError|SIGSEGV");
  private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.GROUP_READ,
      PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

  private final LocalCluster cluster;
  private final ClusterDir.Description description;
  private final Probe probe = new Probe();

  public ProcessChecks(LocalCluster cluster, ClusterDir.Description description) {
    this.cluster = cluster;
    this.description = description;
  }

  public List<Finding> look() throws IOException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    for (Path secret : List.of(cluster.dir().secret(), cluster.dir().adminToken())) {
      if (Files.exists(secret)) {
        findings.add(isPrivate(secret));
      }
    }
    for (Member member : description.members()) {
      Optional<ProcessHandle> process = cluster.running(member);
      if (process.isPresent()) {
        findings.add(serves(member, process.get()));
      } else {
        findings.add(Finding.fail(member.name(), "is not running", "./pika up starts it; ./pika logs "
            + member.name() + " says why it ended"));
        findings.addAll(portsFree(member));
      }
      errorsInLog(member).ifPresent(findings::add);
    }
    return findings;
  }

  private static Finding isPrivate(Path secret) throws IOException {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(secret);
      return permissions.stream().anyMatch(OTHERS::contains)
          ? Finding.fail("secrets", secret + " can be read or written by others", "chmod 600 " + secret)
          : Finding.ok("secrets", secret + " is yours alone");
    } catch (UnsupportedOperationException noPosix) {
      return Finding.warn("secrets", "who may read " + secret + " cannot be told on this file system",
          "see to it that nobody else can");
    }
  }

  private Finding serves(Member member, ProcessHandle process) throws InterruptedException {
    Ports ports = description.ports();
    int port = switch (member) {
      case Member.Manager() -> ports.managerRest();
      case Member.Node(int number) -> ports.admin(number);
    };
    Optional<Probe.Answer> answer = probe.get(port, "/ready");
    if (answer.isEmpty()) {
      return Finding.fail(member.name(),
          "process " + process.pid() + " runs but does not answer on port " + port,
          "./pika logs " + member.name() + "; if it hangs: ./pika down " + member.name()
              + ", then ./pika up");
    }
    return answer.get().status() == OK
        ? Finding.ok(member.name(), "process " + process.pid() + " serves")
        : Finding.fail(member.name(),
            "process " + process.pid() + " is not ready: " + firstLine(answer.get().body()),
            "./pika logs " + member.name());
  }

  private static String firstLine(String body) {
    return body.lines().findFirst().orElse("it does not say why");
  }

  private List<Finding> portsFree(Member member) {
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<String, Integer> port : description.ports().of(member).entrySet()) {
      if (!PortOwner.isFree(port.getValue())) {
        findings.add(Finding.fail("ports",
            "port " + port.getValue() + " of " + member.name() + " (" + port.getKey()
                + ") is used by " + PortOwner.find(port.getValue()).orElse("a process that cannot be told"),
            "stop that process, or ./pika up --base-port N"));
      }
    }
    return findings;
  }

  private Optional<Finding> errorsInLog(Member member) throws IOException {
    List<String> errors = LogTail.read(cluster.dir().log(member), LOG_LINES).stream()
        .filter(line -> ERROR_LINE.matcher(line).find()).toList();
    return errors.isEmpty()
        ? Optional.empty()
        : Optional
            .of(Finding.warn("logs", member.name() + " logged " + errors.size() + " errors lately, the last: "
                + errors.getLast().strip(), "./pika logs " + member.name() + " -n 200"));
  }
}
