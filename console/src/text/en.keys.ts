/** What each key of the desk does, in English. */

export const enKeys: [string, string][] = [
  ["F2", "new incident"],
  ["F7", "New call"],
  ["A", "Answer the call that rings"],
  ["F4", "offer to the best unit"],
  ["Enter", "confirm"],
  ["↑ ↓", "through the queue"],
  ["G", "on the map"],
  ["F8", "acknowledge"],
  ["F9", "mute for 60 s"],
  ["T", "telling 115 or 110, as a task"],
  ["Esc", "close"],
  ["?", "help"],
];
