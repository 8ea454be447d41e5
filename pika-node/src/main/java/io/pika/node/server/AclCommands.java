package io.pika.node.server;

import io.pika.core.bytes.Bytes;
import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentEdit;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.AttachmentSet;
import io.pika.core.model.StoredUser;
import io.pika.core.model.Table;
import io.pika.node.acl.Passwords;
import io.pika.node.acl.User;
import io.pika.node.acl.UserDraft;
import io.pika.node.acl.UserReplies;
import io.pika.node.control.Attachments;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** ACL about the users of the session's own table, as acl.c of Redis 7.0. Changes are made by the manager. */
final class AclCommands {
  private static final Logger LOG = LoggerFactory.getLogger(AclCommands.class);
  private static final int LOG_ENTRIES = 10;
  private static final int PASSWORD_BITS = 256;
  private static final int MAX_PASSWORD_BITS = 4096;
  private static final int MAX_RULE_BYTES = 64 << 10;
  private static final Reply.Err BITS = Reply.error(
      "ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to "
          + MAX_PASSWORD_BITS);
  private static final Reply.Err SPACES = Reply
      .error("ERR Usernames can't contain spaces or null characters");
  private static final Reply.Err NAME = Reply.error("ERR a user's name is text of at most "
      + Attachment.MAX_NAME_BYTES + " bytes, without @ and control characters");
  private static final Reply.Err OWN_PASSWORD = Reply
      .error("ERR the user 'default' is this table's own password and"
          + " may do everything; the table's operator changes it");
  private static final Reply.Err DEFAULT_STAYS = Reply.error("ERR The 'default' user cannot be removed");
  private static final Reply.Err TOO_LONG = Reply
      .error("ERR the rules have more than " + MAX_RULE_BYTES + " bytes");
  private static final Reply.Err TOO_MANY = Reply
      .error("ERR at most " + AttachmentEdit.MAX_EDITS + " users at a time");
  private static final Reply.Err BUSY = Reply
      .error("TRYAGAIN too many changes of users at a time; try again in a second");
  private static final Reply.Err STOPPED = Reply.error("ERR this node is stopping");
  private static final Reply.Err FAILED = Reply
      .error("ERR this command failed inside the server; the log says why");

  private final TableUsers users;
  private final TableAccess access;
  private final Attachments attachments;
  private final Executor changes;
  private final AccessLog log;
  private final SecureRandom random;

  /** @param changes runs what waits for the manager and for slow hashes; bounded */
  AclCommands(TableUsers users, TableAccess access, Attachments attachments, Executor changes, AccessLog log,
      SecureRandom random) {
    this.users = users;
    this.access = access;
    this.attachments = attachments;
    this.changes = changes;
    this.log = log;
    this.random = random;
  }

  void run(ClientConnection connection, Request request, PendingReply reply) {
    int table = connection.session().table();
    SubCommand subCommand = request.subCommand();
    if (subCommand == SubCommand.ACL_SETUSER) {
      setUser(table, request, reply);
    } else if (subCommand == SubCommand.ACL_DELUSER) {
      deleteUsers(table, request, reply);
    } else {
      reply.complete(answer(connection.session(), table, request));
    }
  }

  private Reply answer(Session session, int table, Request request) {
    Passwords passwords = new SlowPasswords(random);
    return switch (request.subCommand()) {
      case ACL_WHOAMI -> {
        String user = session.user();
        yield Reply.bulk(user == null ? TableUsers.DEFAULT : user);
      }
      case ACL_USERS -> Reply.array(names(table).stream().map(Reply::bulk).toList());
      case ACL_LIST -> list(table, passwords);
      case ACL_GETUSER -> {
        User user = find(table, request.text(2));
        yield user == null ? Reply.NIL : UserReplies.details(user, passwords);
      }
      case ACL_DRYRUN -> UserReplies.dryRun(find(table, request.text(2)), request);
      case ACL_CAT -> {
        refuseMoreThan(3, request);
        yield request.size() == 2 ? UserReplies.categories() : UserReplies.commandsOf(request.arg(2));
      }
      case ACL_GENPASS -> generated(request);
      case ACL_LOG -> log(table, request);
      case ACL_HELP -> HelpTexts.ACL;
      case null, default ->
        throw new IllegalStateException("ACL's dispatcher let an unknown sub-command through");
    };
  }

  private static void refuseMoreThan(int words, Request request) {
    if (request.size() > words) {
      throw new RefusalException("ERR unknown subcommand or wrong number of arguments for '" + request.text(1)
          + "'. Try ACL HELP.");
    }
  }

  private Reply log(int table, Request request) {
    refuseMoreThan(3, request);
    if (request.size() == 3 && request.argIs(2, "RESET")) {
      log.reset(table);
      return Reply.OK;
    }
    long count = request.size() == 3 ? new Args(request, 2).takeLong() : LOG_ENTRIES;
    return log.newest(table, Math.max(count, 0));
  }

  private Reply generated(Request request) {
    refuseMoreThan(3, request);
    long bits = request.size() == 3 ? new Args(request, 2).takeLong() : PASSWORD_BITS;
    if (bits <= 0 || bits > MAX_PASSWORD_BITS) {
      throw new RefusalException(BITS);
    }
    int digits = (int) (bits + 3) / 4;
    byte[] bytes = new byte[(digits + 1) / 2];
    random.nextBytes(bytes);
    return Reply.bulk(HexFormat.of().formatHex(bytes).substring(0, digits));
  }

  private TreeSet<String> names(int table) {
    TreeSet<String> names = new TreeSet<>(users.set(table).byName().keySet());
    names.add(TableUsers.DEFAULT);
    return names;
  }

  private Reply list(int table, Passwords passwords) {
    List<Reply> lines = new ArrayList<>();
    for (String name : names(table)) {
      User user = find(table, name);
      if (user != null) {
        lines.add(UserReplies.line(name, user, passwords));
      }
    }
    return Reply.array(lines);
  }

  private @Nullable User find(int table, String name) {
    if (!name.equals(TableUsers.DEFAULT)) {
      return users.find(table, name);
    }
    Table known = access.find(table);
    return known == null || known.isOpen()
        ? User.unlimited(List.of())
        : User.unlimited(List.of(known.passwordHash()));
  }

  private void setUser(int table, Request request, PendingReply reply) {
    String name = checkedName(request.arg(2));
    if (name.equals(TableUsers.DEFAULT)) {
      throw new RefusalException(OWN_PASSWORD);
    }
    List<byte[]> rules = new ArrayList<>();
    long bytes = 0;
    for (int i = 3; i < request.size(); i++) {
      rules.add(request.arg(i));
      bytes += request.argLength(i);
    }
    if (bytes > MAX_RULE_BYTES) {
      throw new RefusalException(TOO_LONG);
    }
    Passwords passwords = new SlowPasswords(random);
    change(reply, () -> made(attachments.change(table, AttachmentKind.USER, now -> {
      User before = users.in(now, name);
      Bytes content = UserDraft.of(before).apply(rules, passwords).user().stored().encode();
      Attachment known = now.get(name);
      return known != null && known.content().equals(content)
          ? List.of()
          : List.of(AttachmentEdit.put(name, content));
    }), Reply.OK));
  }

  private static String checkedName(byte[] bytes) {
    for (byte each : bytes) {
      if (each == 0 || each == ' ' || each >= '\t' && each <= '\r') {
        throw new RefusalException(SPACES);
      }
    }
    try {
      String name = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (name.equals(TableUsers.DEFAULT) || StoredUser.isName(name)) {
        return name;
      }
      throw new RefusalException(NAME);
    } catch (CharacterCodingException notText) {
      throw new RefusalException(NAME);
    }
  }

  private void deleteUsers(int table, Request request, PendingReply reply) {
    TreeSet<String> names = new TreeSet<>();
    for (int i = 2; i < request.size(); i++) {
      names.add(request.text(i));
    }
    if (names.contains(TableUsers.DEFAULT)) {
      throw new RefusalException(DEFAULT_STAYS);
    }
    if (names.size() > AttachmentEdit.MAX_EDITS) {
      throw new RefusalException(TOO_MANY);
    }
    AttachmentSet atFirst = users.set(table);
    long known = names.stream().filter(name -> atFirst.get(name) != null).count();
    change(reply, () -> made(attachments.change(table, AttachmentKind.USER, now -> names.stream()
        .filter(name -> now.get(name) != null).map(AttachmentEdit::remove).toList()), Reply.of(known)));
  }

  private interface Work {
    Reply run() throws InterruptedException;
  }

  private void change(PendingReply reply, Work work) {
    try {
      changes.execute(() -> reply.complete(done(work)));
    } catch (RejectedExecutionException full) {
      reply.complete(BUSY);
    }
  }

  private static Reply done(Work work) {
    try {
      return work.run();
    } catch (RefusalException refused) {
      return refused.reply();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return STOPPED;
    } catch (RuntimeException bug) {
      LOG.error("a change of users failed", bug);
      return FAILED;
    }
  }

  private static Reply made(Attachments.Outcome outcome, Reply answer) {
    return switch (outcome) {
      case Attachments.Outcome.Done done -> answer;
      case Attachments.Outcome.Refused refused -> Reply.error("ERR " + refused.why());
      case Attachments.Outcome.Unreachable unreachable -> {
        LOG.warn("a change of users was not confirmed: {}", unreachable.why());
        yield Reply
            .error("TRYAGAIN the manager does not answer, and only it can change users; those that there are"
                + " go on. Try again: doing it twice does no harm");
      }
    };
  }
}
