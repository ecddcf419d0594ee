import { run } from './view.js';

run({});
