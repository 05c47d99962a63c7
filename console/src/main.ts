import "@fontsource-variable/vazirmatn/index.css";
import "./style/theme.css";
import "./style/base.css";
import { mount } from "svelte";
import App from "./App.svelte";

mount(App, { target: document.getElementById("app")! });
