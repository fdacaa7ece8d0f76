import type { CompletedCommand } from './completed-command.ts';

/** Shells with a completion script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** Completion script of a shell for `airtune`: commands, options, and values where they are known. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      return `#compdef airtune\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`;
    case 'fish':
      return fishScript(commands);
  }
}

function bashScript(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const values = commands.flatMap(({ name, options }) =>
    options
      .filter((option) => option.values.length > 0)
      .map((option) => `    ${name}:${option.flag}) words="${option.values.join(' ')}" ;;`),
  );
  const files = commands.flatMap(({ name, options }) =>
    options
      .filter((option) => option.takesValue && option.values.length === 0)
      .map((option) => `${name}:${option.flag}`),
  );
  const flags = commands.map(
    ({ name, options }) => `    ${name}) words="${options.map(({ flag }) => flag).join(' ')}" ;;`,
  );
  return `_airtune() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) command="$word"; break ;; esac
  done
  case "$command:$previous" in
${values.join('\n')}
    ${files.join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  if [ -z "$words" ]; then
    case "$command" in
    "") words="${names} --version --quiet --verbose --help" ;;
${flags.join('\n')}
    esac
    case "$current" in -*) ;; *) [ -n "$command" ] && { COMPREPLY=($(compgen -f -- "$current")); return; } ;; esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ "\${#COMPREPLY[@]}" -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
  case "\${COMPREPLY[0]}" in *=) compopt -o nospace 2>/dev/null ;; esac
}
complete -o filenames -F _airtune airtune
`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, description, options }) => [
    `complete -c airtune -n __fish_use_subcommand -f -a ${name} -d ${fishQuoted(description)}`,
    ...options.map(({ flag, description: text, takesValue, values }) => {
      const argument = takesValue
        ? values.length === 0
          ? ' -r'
          : ` -x -a ${fishQuoted(values.join(' '))}`
        : '';
      const condition = `-n '__fish_seen_subcommand_from ${name}'`;
      return `complete -c airtune ${condition} -l ${flag.slice(2)} -d ${fishQuoted(text)}${argument}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
