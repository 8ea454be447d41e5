package io.pika.manager;

import io.pika.core.settings.Setting;
import io.pika.core.settings.SettingsSpec;
import java.nio.file.Path;
import java.time.Duration;

/** Every setting of the manager. */
public final class ManagerSettings {
  public static final Setting<Path> DIR = Setting.path("dir", "data/manager",
      "Directory of the metadata and of the file admin.token; used by one process at a time.");
  public static final Setting<String> BIND = Setting.string("bind", "127.0.0.1",
      "Address to listen on, for people and nodes alike. Beyond loopback, cluster-secret-file and allow-plain-http"
          + " are needed.")
      .check(text -> !text.isBlank(), "an address or a host name of this machine");
  public static final Setting<Integer> PORT = Setting.port("port", 9300, "REST API, metrics and health.");
  public static final Setting<Integer> RPC_PORT = Setting.port("rpc-port", 9301, "Nodes connect here.");
  public static final Setting<String> ADVERTISE_URL = Setting.string("advertise-url", "",
      "Address of the REST API by which people and other managers reach this manager, such as"
          + " https://manager-1.example:9300. Empty: http, bind and port.")
      .check(text -> text.isEmpty() || text.matches("https?://[^/?#]+"), "empty or like http://host:port");
  public static final Setting<MetadataStores.Kind> STORE = Setting.choice("store",
      MetadataStores.Kind.EMBEDDED,
      "Where metadata is kept. Embedded: in dir, by the one manager there is. Etcd: several managers work with one etcd,"
          + " one of them leads, the others stand by.");
  public static final Setting<String> ETCD_ENDPOINTS = Setting
      .string("etcd-endpoints", "http://127.0.0.1:2379",
          "Addresses of the members of etcd, with commas between.")
      .check(MetadataStores::areEndpoints,
          "http://host:port, several with commas between, all http or all https");
  public static final Setting<String> ETCD_PREFIX = Setting.string("etcd-prefix", "/pika/",
      "What all keys in etcd begin with. Clusters that share an etcd need different ones, none of which another one begins with.")
      .check(text -> !text.isBlank(), "not empty");
  public static final Setting<String> ETCD_USER = Setting.string("etcd-user", "",
      "User of etcd, where it asks for one; it needs to read and write below etcd-prefix.");
  public static final Setting<Path> ETCD_PASSWORD_FILE = Setting.path("etcd-password-file", "",
      "File with the password of etcd-user.");
  public static final Setting<Path> ETCD_CA_FILE = Setting.path("etcd-ca-file", "",
      "Certificates, PEM, that etcd's are checked against; needed with https.");
  public static final Setting<Path> ETCD_CERT_FILE = Setting.path("etcd-cert-file", "",
      "This manager's own certificate, PEM, where etcd asks for one.");
  public static final Setting<Path> ETCD_KEY_FILE = Setting.path("etcd-key-file", "",
      "The key of etcd-cert-file, PEM (PKCS 8).");
  public static final Setting<Duration> ETCD_TIMEOUT = Setting.duration("etcd-timeout", "2s",
      "How long a call to etcd may take; less than half of election-lease.").between("100ms", "1m");
  public static final Setting<String> CLUSTER_SECRET_FILE = Setting.string("cluster-secret-file", "",
      "File with the secret that the processes of one cluster share, 16 characters or more. Empty: none, possible on"
          + " loopback only.");
  public static final Setting<Boolean> ALLOW_PLAIN_HTTP = Setting.bool("allow-plain-http", false,
      "Lets REST and RPC listen beyond loopback without TLS: tokens and passwords then cross the network in the"
          + " clear, so only behind a proxy with TLS or in a network that you trust.");
  public static final Setting<Boolean> DEFAULT_TABLE = Setting.bool("default-table", false,
      "Makes the table default (index 0, 64 slots, no password: for clients on loopback only) once nodes are there.");
  public static final Setting<Integer> MIN_NODES = Setting.integer("min-nodes", 1,
      "Tables are placed only when so many nodes are alive.").between("1", "10000");
  public static final Setting<Duration> HEARTBEAT = Setting.duration("heartbeat-interval", "1s",
      "How often nodes report.").between("100ms", "30s");
  public static final Setting<Duration> NODE_LEASE = Setting.duration("node-lease", "6s",
      "Silence after which a node is suspect and is given nothing new; at least twice heartbeat-interval.")
      .between("500ms", "5m");
  public static final Setting<Duration> NODE_DEAD = Setting.duration("node-dead-after", "30s",
      "Silence after which a node is dead: tables that are being created go elsewhere. At least node-lease.")
      .between("1s", "1h");
  public static final Setting<Duration> ELECTION_LEASE = Setting.duration("election-lease", "5s",
      "How long after the silence of the leading manager another one takes over.").between("2s", "5m");

  public static final SettingsSpec SPEC = SettingsSpec.of("pika-manager", DIR, BIND, PORT, RPC_PORT,
      CLUSTER_SECRET_FILE, ALLOW_PLAIN_HTTP, DEFAULT_TABLE, MIN_NODES, HEARTBEAT, NODE_LEASE, NODE_DEAD,
      ELECTION_LEASE, STORE, ADVERTISE_URL, ETCD_ENDPOINTS, ETCD_PREFIX, ETCD_USER, ETCD_PASSWORD_FILE,
      ETCD_CA_FILE, ETCD_CERT_FILE, ETCD_KEY_FILE, ETCD_TIMEOUT);

  private ManagerSettings() {}
}
