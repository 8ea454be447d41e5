package io.pika.manager.rest;

import io.pika.core.model.Acks;
import io.pika.core.model.CrossSlot;
import io.pika.core.model.TableState;
import io.pika.manager.control.Term;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.JobKind;
import io.pika.manager.state.JobRecord;
import io.pika.manager.state.JobRecord.Origin;
import io.pika.manager.state.Replication;
import io.pika.manager.state.Request;
import io.pika.manager.state.Role;
import io.pika.manager.state.TableRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tables: what there is, and orders about them, each of which becomes a job. */
final class TablesApi {
  private static final String TABLE = "/api/v1/tables/{table}";
  private static final int DEFAULT_SLOTS = 64;
  private static final int MOST_A_PAGE = 1000;
  private static final int USUAL_A_PAGE = 1000;

  private final Passwords passwords;

  TablesApi(Passwords passwords) {
    this.passwords = passwords;
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/tables", Role.VIEWER, TablesApi::list),
        Route.post("/api/v1/tables", Role.OPERATOR, this::create),
        Route.get(TABLE, Role.VIEWER, TablesApi::show),
        Route.get(TABLE + "/slots", Role.VIEWER, TablesApi::slots),
        Route.delete(TABLE, Role.OPERATOR, TablesApi::drop),
        Route.post(TABLE + "/rename", Role.OPERATOR, TablesApi::rename),
        Route.put(TABLE + "/password", Role.OPERATOR, this::setPassword),
        Route.delete(TABLE + "/password", Role.OPERATOR, TablesApi::removePassword),
        Route.put(TABLE + "/cross-slot", Role.OPERATOR, TablesApi::setCrossSlot),
        Route.put(TABLE + "/replication", Role.OPERATOR, TablesApi::setReplication),
        Route.post(TABLE + "/block", Role.OPERATOR, TablesApi::block),
        Route.post(TABLE + "/unblock", Role.OPERATOR, TablesApi::unblock));
  }

  /** By name; those that are being dropped have none any more and are listed by id with state=dropping. */
  private static void list(Call call) {
    call.allowQuery("limit", "after", "prefix", "state");
    int limit = call.query("limit", USUAL_A_PAGE, 1, MOST_A_PAGE);
    String prefix = text(call.query("prefix"));
    String after = text(call.query("after"));
    ClusterState state = call.term().state();
    TableState wanted = state(call.query("state"));
    Collection<TableRecord> candidates = wanted == TableState.DROPPING
        ? state.tables().tailMap(after.isEmpty() ? -1 : number(after), false).values()
        : after.isEmpty() || after.compareTo(prefix) < 0
            ? state.tablesByName().tailMap(prefix, true).values()
            : state.tablesByName().tailMap(after, false).values();
    List<TableRecord> page = new ArrayList<>();
    for (TableRecord table : candidates) {
      if (wanted != TableState.DROPPING && !table.name().startsWith(prefix) || page.size() > limit) {
        break;
      }
      if ((wanted == null || table.state() == wanted) && table.name().startsWith(prefix)) {
        page.add(table);
      }
    }
    ObjectNode json = Call.object();
    ArrayNode tables = json.putArray("tables");
    page.stream().limit(limit).forEach(table -> tables.add(Views.table(table)));
    if (page.size() > limit) {
      TableRecord last = page.get(limit - 1);
      json.put("next", wanted == TableState.DROPPING ? Integer.toString(last.id()) : last.name());
    }
    call.answer(200, json);
  }

  private void create(Call call) throws InterruptedException {
    call.allowQuery("wait");
    JsonFields body = call.body();
    String name = body.text("name");
    int slots = body.integer("slots", DEFAULT_SLOTS);
    String password = body.optionalText("password");
    CrossSlot crossSlot = crossSlot(body.optionalText("crossSlot"));
    Replication replication = new Replication(body.integer("replicas", 1), acks(body.optionalText("acks")));
    body.end();
    call.patience();
    if (answeredForTheSame(call, name, slots, password, crossSlot, replication)) {
      return;
    }
    String hash = password == null ? "" : passwords.hash(password);
    String what = "create " + name + " " + slots + " " + (password == null ? "open" : "password")
        + (crossSlot == CrossSlot.REFUSE ? "" : " cross-slot")
        + (replication.equals(Replication.NONE)
            ? ""
            : " replicas " + replication.replicas() + " acks " + Views.acks(replication.acks()));
    Orders.carryOut(call,
        new Request.CreateTable(name, slots, hash, crossSlot, replication, Orders.origin(call, what)));
  }

  /** A table that is exactly what is asked for already is shown, not refused: asking twice is asking once. */
  private boolean answeredForTheSame(Call call, String name, int slots, @Nullable String password,
      CrossSlot crossSlot, Replication replication)
      throws InterruptedException {
    TableRecord known = call.term().state().table(name);
    if (known == null || !call.header("Idempotency-Key").isEmpty() || known.slots() != slots
        || known.crossSlot() != crossSlot || !known.replication().equals(replication)
        || known.passwordHash().isEmpty() != (password == null)
        || password != null && (password.length() > Passwords.MAX_CHARS
            || !passwords.matches(password, known.passwordHash()))) {
      return false;
    }
    JobRecord creating = call.term().state().jobs().stream()
        .filter(job -> job.kind() == JobKind.CREATE_TABLE && job.subject() == known.id()).findFirst()
        .orElse(null);
    if (creating == null) {
      call.answer(200, Call.object().put("kind", "create-table").put("status", "done").put("table", name)
          .put("tableId", known.id()));
    } else {
      Orders.awaitJob(call, creating.id());
    }
    return true;
  }

  private static void show(Call call) {
    call.allowQuery();
    TableRecord table = find(call);
    ObjectNode json = Views.table(table);
    json.set("ranges", Views.ranges(call.term(), table));
    JobRecord job = call.term().state().lifeJob(table.id());
    if (job != null) {
      json.set("job", Views.job(call.term(), job));
    }
    call.answer(200, json);
  }

  private static void slots(Call call) {
    call.allowQuery("slot");
    TableRecord table = find(call);
    int slot = call.query("slot", -1, 0, table.slots() - 1);
    ObjectNode json = Call.object().put("table", table.name()).put("tableId", table.id()).put("slots",
        table.slots());
    ArrayNode ranges = json.putArray("ranges");
    Views.ranges(call.term(), table).forEach(range -> {
      if (slot < 0 || range.path("from").asInt() <= slot && slot <= range.path("to").asInt()) {
        ranges.add(range);
      }
    });
    call.answer(200, json);
  }

  private static void drop(Call call) throws InterruptedException {
    call.allowQuery("wait");
    call.refuseBody();
    order(call, "drop", Request.DropTable::new);
  }

  private static void rename(Call call) throws InterruptedException {
    call.allowQuery("wait");
    JsonFields body = call.body();
    String name = body.text("name");
    body.end();
    order(call, "rename to " + name, (table, origin) -> new Request.RenameTable(table, name, origin));
  }

  private void setPassword(Call call) throws InterruptedException {
    call.allowQuery("wait");
    JsonFields body = call.body();
    String password = body.text("password");
    body.end();
    String hash = passwords.hash(password);
    order(call, "set password", (table, origin) -> new Request.SetPassword(table, hash, origin));
  }

  private static void removePassword(Call call) throws InterruptedException {
    call.allowQuery("wait");
    call.refuseBody();
    order(call, "remove password", Request.RemovePassword::new);
  }

  private static void setCrossSlot(Call call) throws InterruptedException {
    call.allowQuery("wait");
    JsonFields body = call.body();
    CrossSlot crossSlot = crossSlot(body.text("crossSlot"));
    body.end();
    order(call, "cross-slot " + Views.word(crossSlot),
        (table, origin) -> new Request.SetCrossSlot(table, crossSlot, origin));
  }

  /** What is not given stays as it is. */
  private static void setReplication(Call call) throws InterruptedException {
    call.allowQuery("wait");
    JsonFields body = call.body();
    Replication now = find(call).replication();
    int replicas = body.integer("replicas", now.replicas());
    String word = body.optionalText("acks");
    body.end();
    Replication wanted = new Replication(replicas, word == null ? now.acks() : acks(word));
    order(call, "replicas " + replicas + " acks " + Views.acks(wanted.acks()),
        (table, origin) -> new Request.SetReplication(table, wanted, origin));
  }

  private static Acks acks(@Nullable String word) {
    if (word == null) {
      return Acks.NONE;
    }
    if (word.equals("majority")) {
      return Acks.MAJORITY;
    }
    if (!word.matches("\\d")) {
      throw ApiError.badRequest("invalid_field", "acks is neither a number of followers nor majority", "");
    }
    return Acks.of(Integer.parseInt(word));
  }

  private static CrossSlot crossSlot(@Nullable String word) {
    if (word == null) {
      return CrossSlot.REFUSE;
    }
    for (CrossSlot each : CrossSlot.values()) {
      if (Views.word(each).equals(word)) {
        return each;
      }
    }
    throw ApiError.badRequest("invalid_field", "crossSlot is neither refuse nor serve", "");
  }

  private static void block(Call call) throws InterruptedException {
    call.allowQuery("wait");
    call.refuseFields();
    order(call, "block", Request.BlockTable::new);
  }

  private static void unblock(Call call) throws InterruptedException {
    call.allowQuery("wait");
    call.refuseFields();
    order(call, "unblock", Request.UnblockTable::new);
  }

  /** @param what is ordered, without secrets; together with the table it tells one order from another */
  private static void order(Call call, String what, BiFunction<Integer, Origin, Request.Order> order)
      throws InterruptedException {
    Origin origin = Orders.origin(call, what + " " + call.path("table"));
    if (!Orders.answerRepeated(call, origin)) {
      Orders.carryOut(call, order.apply(find(call).id(), origin));
    }
  }

  static TableRecord find(Call call) {
    return find(call.term(), call.path("table"));
  }

  /** By name, or by id: no name is all digits. */
  private static TableRecord find(Term term, String nameOrId) {
    boolean digits = nameOrId.matches("\\d{1,9}");
    TableRecord table = digits
        ? term.state().table(Integer.parseInt(nameOrId))
        : term.state().table(nameOrId);
    if (table == null) {
      throw new ApiError(404, "table_not_found", "there is no table " + Call.printable(nameOrId), "");
    }
    return table;
  }

  private static @Nullable TableState state(@Nullable String word) {
    if (word == null) {
      return null;
    }
    for (TableState state : TableState.values()) {
      if (Views.word(state).equals(word)) {
        return state;
      }
    }
    throw ApiError.badRequest("invalid_parameter", "state is none of creating, ready, dropping", "");
  }

  private static int number(String text) {
    if (!text.matches("\\d{1,9}")) {
      throw ApiError.badRequest("invalid_parameter", "after is not the next of an earlier page", "");
    }
    return Integer.parseInt(text);
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
