/** Night for the dark room, day beside it. */

const KEY = "sayyar.theme";

class Theme {
  name = $state<"dark" | "day">(localStorage.getItem(KEY) === "day" ? "day" : "dark");

  switch(): void {
    this.name = this.name === "dark" ? "day" : "dark";
    localStorage.setItem(KEY, this.name);
  }

  show(): void {
    document.documentElement.dataset.theme = this.name;
  }
}

export const theme = new Theme();
