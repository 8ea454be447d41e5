package io.pika.manager;

import io.pika.core.journal.DirectoryDisk;
import io.pika.core.journal.JournalException;
import io.pika.core.meta.MetadataStore;
import io.pika.core.settings.ProcessArguments;
import io.pika.core.settings.ProcessArguments.Outcome;
import io.pika.core.settings.Settings;
import io.pika.manager.control.Leader;
import io.pika.manager.control.Term;
import io.pika.manager.plan.Planner;
import io.pika.manager.rest.RestServer;
import io.pika.manager.rpc.RpcServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The manager's process: wires everything, waits for its end. */
public final class ManagerMain {
  /** The process ended by something that none of the others says. */
  static final int FAILED = 1;
  /** Settings or arguments are wrong; nothing was touched. */
  static final int WRONG_SETTINGS = 2;
  /** Another process works in the directory. */
  static final int DIRECTORY_IN_USE = 3;
  /** The directory is damaged, of a newer version, or of something else. */
  static final int DIRECTORY_REFUSED = 4;
  /** An address cannot be listened on. */
  static final int ADDRESS_IN_USE = 5;

  private static final ProcessArguments.Switch NEW_ADMIN_TOKEN = new ProcessArguments.Switch(
      "--new-admin-token",
      "Make another administrator's token and write it to the file admin.token, for when the last one is lost.");
  private static final Duration FIRST_TERM = Duration.ofSeconds(60);

  private ManagerMain() {}

  public static void main(String[] arguments) {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "pika-manager-logback.xml");
    }
    Outcome outcome = ProcessArguments.parse(arguments, ManagerSettings.SPEC, version(), NEW_ADMIN_TOKEN);
    System.exit(switch (outcome) {
      case Outcome.Say say -> {
        (say.exitCode() == 0 ? System.out : System.err).println(say.text());
        yield say.exitCode();
      }
      case Outcome.Run run -> run(run.settings(), run.switches().contains(NEW_ADMIN_TOKEN)
          ? AdminToken.When.ALWAYS
          : AdminToken.When.NONE_EXISTS);
    });
  }

  /** Until the process is asked to end; gives its exit code. */
  private static int run(Settings settings, AdminToken.When newToken) {
    Logger log = LoggerFactory.getLogger(ManagerMain.class);
    try {
      serve(settings, newToken, log);
      return 0;
    } catch (UnsafeSettings unsafe) {
      return say(log, WRONG_SETTINGS, unsafe.getMessage());
    } catch (JournalException refused) {
      return say(log, refused.kind() == JournalException.Kind.LOCKED ? DIRECTORY_IN_USE : DIRECTORY_REFUSED,
          refused.getMessage());
    } catch (IOException | RuntimeException failure) {
      if (cause(failure, BindException.class) != null) {
        return say(log, ADDRESS_IN_USE,
            "cannot listen on bind " + settings.get(ManagerSettings.BIND) + ", port "
                + settings.get(ManagerSettings.PORT) + " and rpc-port "
                + settings.get(ManagerSettings.RPC_PORT) + ": "
                + failure.getMessage()
                + "; is a manager running already, or another program on these ports?");
      }
      log.error("the manager ends", failure);
      return FAILED;
    } catch (InterruptedException stopped) {
      return FAILED;
    }
  }

  private static void serve(Settings settings, AdminToken.When newToken, Logger log)
      throws IOException, UnsafeSettings, InterruptedException {
    InetAddress address = Exposure.address(settings);
    String secret = Exposure.secret(settings);
    checkOrder(settings);
    SecureRandom random = new SecureRandom();
    AtomicReference<@Nullable String> fatal = new AtomicReference<>();
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    DirectoryDisk disk = DirectoryDisk.at(settings.get(ManagerSettings.DIR));
    boolean alone = settings.get(ManagerSettings.STORE) == MetadataStores.Kind.EMBEDDED;
    if (!alone && disk.files().contains("journal")) {
      log.warn(
          "{} has the metadata of an embedded store, which is not used: nothing takes it to etcd yet",
          disk.name());
    }
    try (MetadataStore store = alone ? MetadataStores.embedded(disk) : MetadataStores.open(settings);
        Leader leader = leader(settings, store, why -> {
          fatal.set(why);
          end.countDown();
        })) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
        end.countDown();
        awaitQuietly(ended);
      }));
      leader.start();
      Thread token = Thread.ofVirtual().name("admin-token").unstarted(() -> {
        try {
          AdminToken.ensure(disk, firstTerm(leader, fatal, Duration.ofDays(36_500)), random, newToken);
        } catch (IOException | RuntimeException trouble) {
          log.error("no administrator's token was made: {}", trouble.getMessage());
        } catch (InterruptedException stopping) {
          Thread.currentThread().interrupt();
        }
      });
      if (alone) {
        AdminToken.ensure(disk, firstTerm(leader, fatal, FIRST_TERM), random, newToken);
      } else {
        token.start(); // leading may take years
      }
      try (RpcServer rpc = new RpcServer(
          new RpcServer.Options(new InetSocketAddress(address, settings.get(ManagerSettings.RPC_PORT)),
              secret,
              settings.get(ManagerSettings.HEARTBEAT), settings.get(ManagerSettings.NODE_LEASE)),
          leader::term, leader::rival);
          RestServer rest = new RestServer(
              new RestServer.Options(address.getHostAddress(), settings.get(ManagerSettings.PORT), version(),
                  Math.max(1, Runtime.getRuntime().availableProcessors() / 2)),
              leader::term, leader::rival, random, System::currentTimeMillis)) {
        log.info("pika-manager {} serves people on {}:{} and nodes on port {}", version(),
            address.getHostAddress(),
            rest.port(), rpc.port());
        end.await();
      } finally {
        token.interrupt();
      }
    } finally {
      ended.countDown();
    }
    String why = fatal.get();
    if (why != null) {
      throw new IOException(why);
    }
    log.info("stopped");
  }

  private static Leader leader(Settings settings, MetadataStore store,
      Consumer<String> fatal) {
    Planner.Rules rules = new Planner.Rules(settings.get(ManagerSettings.MIN_NODES),
        settings.get(ManagerSettings.DEFAULT_TABLE)
            ? Planner.DefaultTable.WANTED
            : Planner.DefaultTable.UNWANTED);
    String advertised = settings.get(ManagerSettings.ADVERTISE_URL);
    Leader.Options options = new Leader.Options(
        advertised.isEmpty()
            ? "http://" + settings.get(ManagerSettings.BIND) + ":" + settings.get(ManagerSettings.PORT)
            : advertised,
        settings.get(ManagerSettings.ELECTION_LEASE), settings.get(ManagerSettings.NODE_LEASE),
        settings.get(ManagerSettings.NODE_DEAD), rules);
    return new Leader(store, options,
        new Leader.Sources(System::currentTimeMillis, System::nanoTime, () -> UUID.randomUUID().toString()),
        fatal);
  }

  private static void checkOrder(Settings settings) throws UnsafeSettings {
    if (settings.get(ManagerSettings.NODE_LEASE)
        .compareTo(settings.get(ManagerSettings.HEARTBEAT).multipliedBy(2)) < 0) {
      throw new UnsafeSettings("node-lease has to be at least twice heartbeat-interval");
    }
    if (settings.get(ManagerSettings.NODE_DEAD).compareTo(settings.get(ManagerSettings.NODE_LEASE)) < 0) {
      throw new UnsafeSettings("node-dead-after has to be at least node-lease");
    }
    if (settings.get(ManagerSettings.STORE) == MetadataStores.Kind.ETCD && settings.get(
        ManagerSettings.ELECTION_LEASE)
        .compareTo(settings.get(ManagerSettings.ETCD_TIMEOUT).multipliedBy(2)) < 0) {
      throw new UnsafeSettings("election-lease has to be at least twice etcd-timeout");
    }
  }

  private static Term firstTerm(Leader leader, AtomicReference<@Nullable String> fatal, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() - deadline < 0) {
      Term term = leader.term();
      if (term != null) {
        return term;
      }
      String why = fatal.get();
      if (why != null) {
        throw new IOException(why);
      }
      Thread.sleep(Duration.ofMillis(10));
    }
    throw new IOException("this manager did not come to lead within " + patience.toSeconds() + " s");
  }

  private static int say(Logger log, int code, @Nullable String message) {
    log.error("{}", message);
    return code;
  }

  private static @Nullable Throwable cause(Throwable failure, Class<? extends Throwable> kind) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (kind.isInstance(each)) {
        return each;
      }
    }
    return null;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  private static String version() {
    String version = ManagerMain.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
