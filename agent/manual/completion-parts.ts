/* What both shells are told alike. */

/** Whether a word stands for what the person fills in. */
export function isToFill(word: string): boolean {
  return word === word.toUpperCase();
}

/** The names of the slots in the configuration `$file`, a line each: the first names below "slots:". */
export const SLOTS_OF_FILE = `  [[ -r $file ]] || return
  awk '
    /^slots:/ { inside = 1; next }
    /^[^ \\t#]/ { inside = 0 }
    inside && match($0, /^ +[A-Za-z0-9_-]+ *:/) {
      indent = match($0, /[^ ]/)
      if (first == 0) first = indent
      if (indent == first) { sub(/ *:.*/, ""); sub(/^ +/, ""); print }
    }' "$file"`;
