import "@fontsource-variable/vazirmatn/index.css";
import "./style/theme.css";
import "./style/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { keepFocus } from "./ui/keep-focus";

keepFocus(document);
mount(App, { target: document.getElementById("app")! });
