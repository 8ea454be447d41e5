package io.pika.node.server;

import io.pika.core.bytes.Bytes;
import io.pika.core.model.AttachmentEdit;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.AttachmentSet;
import io.pika.node.control.Attachments;
import io.pika.node.script.Library;
import io.pika.node.script.LibraryReader;
import io.pika.node.script.LibrarySet;
import io.pika.node.script.LibrarySet.Existing;
import io.pika.node.script.RunningScripts;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Glob;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import io.pika.proxy.rdb.LibraryDump;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * FUNCTION, as functions.c of Redis 7.0 answers it. Libraries are attached to their table: a change is the manager's, and is
 * answered when this node has it. Blocks.
 */
final class FunctionCommands {
  private static final long MAX_BYTES = 16L << 20;
  private static final int MAX_ARGUMENTS_OF_RESTORE = 4;

  private final TableLibraries libraries;
  private final LibraryReader reader;
  private final Attachments attachments;
  private final RunningScripts running;

  FunctionCommands(TableLibraries libraries, LibraryReader reader, Attachments attachments,
      RunningScripts running) {
    this.libraries = libraries;
    this.reader = reader;
    this.attachments = attachments;
    this.running = running;
  }

  /** @throws RefusalException the reply is an error */
  Reply run(int table, Request request) {
    SubCommand subCommand = request.subCommand();
    Args args = new Args(request, 2);
    return switch (subCommand) {
      case FUNCTION_LOAD -> load(table, args);
      case FUNCTION_DELETE -> delete(table, args.takeText());
      case FUNCTION_FLUSH -> flush(table, args);
      case FUNCTION_LIST -> list(libraries.of(table), args);
      case FUNCTION_DUMP -> Reply.bulk(LibraryDump.write(libraries.of(table).all().stream()
          .map(library -> library.code().array()).toList(), MAX_BYTES));
      case FUNCTION_RESTORE -> restore(table, args, request);
      case FUNCTION_STATS -> stats(table);
      case FUNCTION_HELP -> HelpTexts.FUNCTION;
      case null, default -> throw new IllegalStateException(request + " is no command on functions");
    };
  }

  private Reply load(int table, Args args) {
    Existing existing = Existing.REFUSED;
    while (args.remaining() > 1) {
      String option = args.takeText();
      if (!option.equalsIgnoreCase("replace")) {
        throw new RefusalException("ERR Unknown option given: " + option);
      }
      existing = Existing.REPLACED;
    }
    if (!args.hasNext()) {
      throw new RefusalException("ERR Function code is missing");
    }
    Library library = reader.read(args.takeBytes());
    Existing chosen = existing;
    change(table, set -> {
      libraries.read(table, set).with(library, chosen);
      return List.of(AttachmentEdit.put(library.name(), library.code()));
    });
    return Reply.bulk(library.name());
  }

  private Reply delete(int table, String name) {
    boolean[] found = {false};
    change(table, set -> {
      found[0] |= set.get(name) != null;
      return set.get(name) == null ? List.of() : List.of(AttachmentEdit.remove(name));
    });
    return found[0] ? Reply.OK : Reply.error("ERR Library not found");
  }

  private Reply flush(int table, Args args) {
    boolean known = !args.hasNext()
        || args.remaining() == 1 && (args.takeIf("SYNC") || args.takeIf("ASYNC"));
    if (!known) {
      throw new RefusalException("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
    }
    change(table, set -> set.all().stream().map(each -> AttachmentEdit.remove(each.name())).toList());
    return Reply.OK;
  }

  private Reply restore(int table, Args args, Request request) {
    if (request.size() > MAX_ARGUMENTS_OF_RESTORE) {
      throw new RefusalException("ERR unknown subcommand or wrong number of arguments for '" + request.text(1)
          + "'. Try FUNCTION HELP.");
    }
    byte[] payload = args.takeBytes();
    String policy = args.hasNext() ? args.takeText().toUpperCase(Locale.ROOT) : "APPEND";
    if (!List.of("FLUSH", "APPEND", "REPLACE").contains(policy)) {
      throw new RefusalException(
          "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
    }
    LibrarySet restored = LibrarySet.EMPTY;
    for (byte[] code : LibraryDump.read(payload, MAX_BYTES)) {
      restored = restored.with(reader.read(code), Existing.REFUSED);
    }
    LibrarySet added = restored;
    change(table, set -> {
      if (!policy.equals("FLUSH")) {
        libraries.read(table, set).joined(added,
            policy.equals("APPEND") ? Existing.REFUSED : Existing.REPLACED);
      }
      return edits(set, added, policy.equals("FLUSH"));
    });
    return Reply.OK;
  }

  private static List<AttachmentEdit> edits(AttachmentSet set, LibrarySet added, boolean othersGo) {
    List<AttachmentEdit> edits = new ArrayList<>();
    added.all().forEach(library -> edits.add(AttachmentEdit.put(library.name(), library.code())));
    if (othersGo) {
      set.all().stream().filter(each -> !added.has(each.name()))
          .forEach(each -> edits.add(AttachmentEdit.remove(each.name())));
    }
    return edits;
  }

  private void change(int table, Function<AttachmentSet, List<AttachmentEdit>> edits) {
    try {
      switch (attachments.change(table, AttachmentKind.LIBRARY, edits::apply)) {
        case Attachments.Outcome.Done _ -> {
        }
        case Attachments.Outcome.Refused(String why) -> throw new RefusalException("ERR " + why);
        case Attachments.Outcome.Unreachable(String why) -> throw new RefusalException(
            "TRYAGAIN libraries are changed by the manager, and it does not answer (" + why + "); try again");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RefusalException("TRYAGAIN this node is stopping");
    }
  }

  private static Reply list(LibrarySet set, Args args) {
    boolean withCode = false;
    Glob pattern = null;
    while (args.hasNext()) {
      String word = args.takeText();
      if (!withCode && word.equalsIgnoreCase("withcode")) {
        withCode = true;
      } else if (pattern == null && word.equalsIgnoreCase("libraryname")) {
        if (!args.hasNext()) {
          throw new RefusalException("ERR library name argument was not given");
        }
        pattern = new Glob(lower(args.takeText()));
      } else {
        throw new RefusalException("ERR Unknown argument " + word);
      }
    }
    List<Reply> libraries = new ArrayList<>();
    for (Library library : set.all()) {
      if (pattern == null || pattern.matches(lower(library.name()))) {
        libraries.add(library(library, withCode));
      }
    }
    return Reply.array(libraries);
  }

  private static byte[] lower(String text) {
    return text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
  }

  private static Reply library(Library library, boolean withCode) {
    List<Reply> entries = new ArrayList<>(List.of(Reply.bulk("library_name"), Reply.bulk(library.name()),
        Reply.bulk("engine"), Reply.bulk(Library.ENGINE), Reply.bulk("functions"),
        Reply.array(library.functions().stream().map(FunctionCommands::function).toList())));
    if (withCode) {
      Bytes code = library.code();
      entries.addAll(List.of(Reply.bulk("library_code"), Reply.bulk(code.array())));
    }
    return new Reply.Map(entries);
  }

  private static Reply function(Library.Function function) {
    @Nullable String description = function.description();
    List<Reply> flags = new ArrayList<>();
    function.flags().stream().sorted().forEach(flag -> flags.add(Reply.simple(flag.word())));
    return new Reply.Map(List.of(Reply.bulk("name"), Reply.bulk(function.name()), Reply.bulk("description"),
        description == null ? Reply.NIL : Reply.bulk(description), Reply.bulk("flags"),
        new Reply.Set(flags)));
  }

  private Reply stats(int table) {
    LibrarySet set = libraries.of(table);
    RunningScripts.Function now = running.function(table);
    Reply shown = now == null
        ? Reply.NIL
        : new Reply.Map(List.of(Reply.bulk("name"), Reply.bulk(now.name()), Reply.bulk("command"),
            Reply.array(now.command().stream().map(Reply::bulk).toList()), Reply.bulk("duration_ms"),
            Reply.of(now.durationMs())));
    Reply counts = new Reply.Map(List.of(Reply.bulk("libraries_count"), Reply.of(set.all().size()),
        Reply.bulk("functions_count"), Reply.of(set.functionCount())));
    return new Reply.Map(List.of(Reply.bulk("running_script"), shown, Reply.bulk("engines"),
        new Reply.Map(List.of(Reply.bulk(Library.ENGINE), counts))));
  }
}
