package io.pika.proxy.protocol;

import static io.pika.proxy.protocol.Scope.KEY;
import static io.pika.proxy.protocol.Scope.SESSION;
import static io.pika.proxy.protocol.Scope.TABLE;

/** How a command is served, or the reason why it is not: the first column of the command table. */
enum Service {
  ON_SESSION(Support.SERVED, SESSION, "on the connection"),
  IN_SLOT(Support.SERVED, KEY,
      "in the slot of its keys; keys of different slots: CROSSSLOT, unless the table serves them"),
  SPLIT(Support.SPLIT, KEY, "cut by slot and put together again"),
  OVER_TABLE(Support.BROADCAST, TABLE, "at every leader of the table and put together again"),

  SCRIPTING(KEY, "scripts have no debugger here"),
  OTHER_TABLE(KEY, "keys do not move between tables"),
  OTHER_SERVER(KEY, "keys move between servers by the manager's work only"),
  CLUSTER_CLIENT(SESSION, "clients need not know the cluster: every node serves every key"),
  REPLICATION(SESSION, "who replicates what is decided by the manager"),
  SAVING(SESSION, "every write goes to disk by itself"),
  USERS(SESSION, "users and passwords belong to tables and are kept by the manager"),
  MODULES(SESSION, "there are no modules"),
  INSIDES(SESSION, "it looks into the memory of one Redis process"),
  BETWEEN_NODES(KEY, "nodes ask it of each other"),
  PROCESS(SESSION, "processes are started and stopped by their operator"),
  WATCHING(SESSION, "it would show other clients' data"),
  TRACKING(SESSION, "invalidation messages are not served"),
  FILE(SESSION, "settings are kept in the file that the operator writes"),
  CLASSIC(SESSION, "it belongs to the storage engine of classic Pika"),
  SLOTS(SESSION, "slots are moved by the manager");

  final Support support;
  final Scope scope;
  /** For people: how it runs, or the reason why not, to follow "is not served: ". */
  final String note;

  Service(Support support, Scope scope, String note) {
    this.support = support;
    this.scope = scope;
    this.note = note;
  }

  /** A reason to refuse. @param scope where it would run if it were served */
  Service(Scope scope, String reason) {
    this(Support.REFUSED, scope, reason);
  }
}
