import { render } from 'preact';
import { type Me } from './answers';
import { ask, me, Refused } from './api';
import { showLanguage } from './settings';
import { Shell } from './shell';
import { showTheme } from './theme';

showLanguage();
showTheme();
ask<Me>('/session').then(
  (account) => (me.value = account),
  (error: unknown) => {
    me.value = null;
    if (!(error instanceof Refused)) throw error;
  },
);
const root = document.getElementById('app');
if (root) render(<Shell />, root);
