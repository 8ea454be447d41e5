package io.pika.cli.command;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "completion", mixinStandardHelpOptions = true, description = "Write the script that makes a shell complete commands and options.", footer = {
    "", "Examples:", "  source <(./pika completion bash)          in this shell",
    "  ./pika completion bash > ~/.local/share/bash-completion/completions/pika",
    "  source <(./pika completion zsh)"})
final class CompletionCommand implements Callable<Integer> {
  /** Shells that there is a script for. */
  enum Shell {
    BASH, ZSH
  }

  private final Surroundings surroundings;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  @SuppressWarnings("NullAway.Init") // picocli
  private Shell shell;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    String script = AutoComplete.bash("pika", spec.root().commandLine());
    surroundings.screen().out().print(switch (shell) {
      case BASH -> script;
      case ZSH -> "autoload -U +X compinit && compinit\n" + script; // the script itself asks for bashcompinit
    });
    surroundings.screen().out().flush();
    return ExitCode.OK;
  }
}
