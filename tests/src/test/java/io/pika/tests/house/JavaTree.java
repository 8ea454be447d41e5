package io.pika.tests.house;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import io.pika.tests.house.Sources.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Java sources as the compiler's own syntax trees: parsed only, so no class path is needed and it is quick. */
record JavaTree(List<CompilationUnitTree> units, SourcePositions positions) {
  JavaTree {
    units = List.copyOf(units);
  }

  static JavaTree parse(List<Source> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
    List<Path> paths = sources.stream().map(Source::path).toList();
    JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null,
        files.getJavaFileObjectsFromPaths(paths));
    try {
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      return new JavaTree(units, Trees.instance(task).getSourcePositions());
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }
}
