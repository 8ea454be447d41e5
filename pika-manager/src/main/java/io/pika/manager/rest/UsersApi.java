package io.pika.manager.rest;

import io.pika.core.bytes.Bytes;
import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentEdit;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.StoredUser;
import io.pika.manager.state.AttachmentChanges;
import io.pika.manager.state.AttachmentKey;
import io.pika.manager.state.Request;
import io.pika.manager.state.Role;
import io.pika.manager.state.TableRecord;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Users of a table. What is put is the whole user but for passwords, which stay when none is given. A change is done when
 * it is answered: nodes that are alive know it, or will in a moment.
 */
final class UsersApi {
  private static final String USERS = "/api/v1/tables/{table}/users";
  private static final String USER = USERS + "/{user}";
  private static final Duration ANNOUNCED_WITHIN = Duration.ofSeconds(1);
  /** Somebody else may be faster, again and again; not that often. */
  private static final int ATTEMPTS = 20;

  private final Passwords passwords;

  UsersApi(Passwords passwords) {
    this.passwords = passwords;
  }

  List<Route> routes() {
    return List.of(Route.get(USERS, Role.VIEWER, UsersApi::list),
        Route.get(USER, Role.VIEWER, UsersApi::show),
        Route.put(USER, Role.OPERATOR, this::put), Route.delete(USER, Role.OPERATOR, UsersApi::delete));
  }

  private static void list(Call call) {
    call.allowQuery();
    TableRecord table = TablesApi.find(call);
    ObjectNode json = Call.object();
    ArrayNode users = json.putArray("users");
    call.term().state().attachments(table.id(), AttachmentKind.USER).values()
        .forEach(user -> users.add(view(user)));
    call.answer(200, json);
  }

  private static void show(Call call) {
    call.allowQuery();
    Attachment user = find(call, TablesApi.find(call));
    if (user == null) {
      throw notFound(call);
    }
    call.answer(200, view(user));
  }

  /** Passwords never go out, nor do their hashes. */
  private static ObjectNode view(Attachment attachment) {
    StoredUser user = StoredUser.decode(attachment.content());
    ObjectNode json = Call.object().put("name", attachment.name()).put("enabled", user.enabled())
        .put("anyPassword", user.anyPassword()).put("passwords", user.passwordHashes().size());
    ArrayNode rules = json.putArray("rules");
    user.rules().forEach(rule -> rules.add(rule.utf8()));
    return json;
  }

  private static @Nullable Attachment find(Call call, TableRecord table) {
    AttachmentKey key = new AttachmentKey(table.id(), AttachmentKind.USER, call.path("user"));
    return call.term().state().attachments(table.id(), AttachmentKind.USER).get(key);
  }

  private static ApiError notFound(Call call) {
    return new ApiError(404, "user_not_found", "there is no user " + Call.printable(call.path("user")), "");
  }

  private void put(Call call) throws InterruptedException {
    call.allowQuery();
    String name = call.path("user");
    JsonFields body = call.body();
    List<String> rules = body.texts("rules");
    boolean enabled = body.flag("enabled", true);
    boolean anyPassword = body.flag("anyPassword", false);
    String password = body.optionalText("password");
    body.end();
    refuse(name, rules, anyPassword && password != null);
    TableRecord table = TablesApi.find(call);
    String hash = password == null ? null : passwords.hashOfUser(password);
    change(call, table, () -> {
      Attachment before = find(call, table);
      List<String> kept = before == null || anyPassword
          ? List.of()
          : StoredUser.decode(before.content()).passwordHashes();
      StoredUser user = new StoredUser(enabled, anyPassword, hash == null ? kept : List.of(hash),
          rules.stream().map(Bytes::of).toList());
      return AttachmentEdit.put(name, user.encode());
    });
    Attachment now = find(call, table);
    if (now == null) {
      throw notFound(call);
    }
    call.answer(200, view(now));
  }

  private static void refuse(String name, List<String> rules, boolean contradicts) {
    if (name.equals(StoredUser.DEFAULT)) {
      throw ApiError.badRequest("invalid_name", "the user default is the table's own password",
          "PUT .../password changes it");
    }
    if (!StoredUser.isName(name)) {
      throw ApiError.badRequest("invalid_name", "a user cannot be called so",
          "at most " + Attachment.MAX_NAME_BYTES + " bytes, without blanks, @ and control characters");
    }
    for (String rule : rules) {
      if (!StoredUser.hasShapeOfARule(rule)) {
        throw ApiError.badRequest("invalid_rule", "this is no rule: " + Call.printable(rule),
            "such as ~app:*  %R~shared:*  &news  +@read  +set  -@dangerous  +config|get  (~tmp:* +@all)");
      }
    }
    if (contradicts) {
      throw ApiError.badRequest("invalid_field", "a password and anyPassword exclude each other", "");
    }
  }

  private static void delete(Call call) throws InterruptedException {
    call.allowQuery();
    call.refuseBody();
    TableRecord table = TablesApi.find(call);
    if (find(call, table) == null) {
      throw notFound(call);
    }
    change(call, table, () -> AttachmentEdit.remove(call.path("user")));
    call.answer(200, Call.object().put("deleted", call.path("user")));
  }

  private interface Change {
    AttachmentEdit edit();
  }

  /** For what there is now; made anew when somebody else was faster. */
  private static void change(Call call, TableRecord table, Change change) throws InterruptedException {
    for (int attempt = 1;; attempt++) {
      TableRecord now = call.term().state().table(table.id());
      long expected = now == null ? 0 : now.attachedVersion(AttachmentKind.USER);
      try {
        long version = Orders.decide(call.term(), new Request.ChangeAttachments(table.id(),
            AttachmentKind.USER, expected, List.of(change.edit())));
        call.term().awaitNodes(version, ANNOUNCED_WITHIN);
        return;
      } catch (ApiError refused) {
        if (!refused.code().equals(AttachmentChanges.CONFLICT) || attempt == ATTEMPTS) {
          throw refused;
        }
      }
    }
  }
}
