import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

/** The server that `npm run dev` talks to. */
const server = process.env.SAYYAR_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [svelte()],
  build: { target: "es2023", chunkSizeWarningLimit: 1500 },
  worker: { format: "es" },
  server: {
    proxy: {
      // The host stays the page's own: the server refuses requests of another origin.
      "/api": { target: server, changeOrigin: false },
      "/ws": { target: server, ws: true, changeOrigin: false },
    },
  },
});
