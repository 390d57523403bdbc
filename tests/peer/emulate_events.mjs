// npm `emulate`'s Slack with an Events API subscription: its command line and its seed know no way to register one.
// node emulate_events.mjs <folder of emulate> <port> <address that it advertises> <where events go> <seed file>
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , folder, port, advertised, eventsUrl, seedFile] = process.argv;
const dist = join(folder, 'dist');
const load = (file) => import(pathToFileURL(join(dist, file)));

const slackFile = readdirSync(dist).find(
  (file) => /^dist-.*\.js$/.test(file) && readFileSync(join(dist, file), 'utf8').includes('slackPlugin'),
);
const { slackPlugin } = await load(slackFile);
const register = slackPlugin.register.bind(slackPlugin);
slackPlugin.register = (app, store, webhooks, baseUrl, tokens) => {
  webhooks.register({ url: eventsUrl, events: ['*'], active: true, owner: 'slack' });
  return register(app, store, webhooks, baseUrl, tokens);
};

const { createEmulator } = await load('api.js');
const yaml = (await import(pathToFileURL(join(folder, '..', 'yaml', 'dist', 'index.js')))).default;
const seed = yaml.parse(readFileSync(seedFile, 'utf8'));
await createEmulator({ service: 'slack', port: Number(port), baseUrl: advertised, seed });
console.log('ready');
