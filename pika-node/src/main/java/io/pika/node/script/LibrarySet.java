package io.pika.node.script;

import io.pika.proxy.protocol.RefusalException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The libraries of a table. Names of functions are unique over all of them, whatever their case. Immutable. */
public final class LibrarySet {
  public static final LibrarySet EMPTY = new LibrarySet(new TreeMap<>());

  private final SortedMap<String, Library> libraries;
  private final Map<String, Found> functions = new HashMap<>();

  /** A function with its library. */
  public record Found(Library library, Library.Function function) {}

  private LibrarySet(SortedMap<String, Library> libraries) {
    this.libraries = Collections.unmodifiableSortedMap(libraries);
    for (Library library : libraries.values()) {
      for (Library.Function function : library.functions()) {
        functions.put(function.name().toLowerCase(Locale.ROOT), new Found(library, function));
      }
    }
  }

  public static LibrarySet of(Collection<Library> all) {
    SortedMap<String, Library> libraries = new TreeMap<>();
    all.forEach(library -> libraries.put(library.name(), library));
    return new LibrarySet(libraries);
  }

  /** By name. */
  public Collection<Library> all() {
    return libraries.values();
  }

  public boolean has(String library) {
    return libraries.containsKey(library);
  }

  public int functionCount() {
    return functions.size();
  }

  public @Nullable Found function(String name) {
    return functions.get(name.toLowerCase(Locale.ROOT));
  }

  /** What happens to a library that is there already. */
  public enum Existing {
    REFUSED, REPLACED
  }

  /** @throws RefusalException the library is there, or one of its functions is in another one */
  public LibrarySet with(Library added, Existing existing) {
    if (existing == Existing.REFUSED && has(added.name())) {
      throw new RefusalException("ERR Library '" + added.name() + "' already exists");
    }
    SortedMap<String, Library> after = new TreeMap<>(libraries);
    after.remove(added.name());
    checkFunctions(after, added);
    after.put(added.name(), added);
    return new LibrarySet(after);
  }

  private static void checkFunctions(SortedMap<String, Library> others, Library added) {
    LibrarySet rest = new LibrarySet(others);
    for (Library.Function function : added.functions()) {
      if (rest.function(function.name()) != null) {
        throw new RefusalException("ERR Function " + function.name() + " already exists");
      }
    }
  }

  /**
   * These and those, as FUNCTION RESTORE joins them.
   *
   * @throws RefusalException they do not go together
   */
  public LibrarySet joined(LibrarySet added, Existing existing) {
    SortedMap<String, Library> after = new TreeMap<>(libraries);
    for (Library library : added.all()) {
      if (after.remove(library.name()) != null && existing == Existing.REFUSED) {
        throw new RefusalException("ERR Library " + library.name() + " already exists");
      }
    }
    for (Library library : added.all()) {
      checkFunctions(after, library);
    }
    after.putAll(added.libraries);
    return new LibrarySet(after);
  }
}
