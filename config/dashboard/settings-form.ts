import { partOf, setText } from './element.ts';
import { type Settings, settingsMistake } from './model/settings.ts';

/** The dialog with broker, prefix and credentials. */
export type SettingsForm = { open(settings: Settings, mistake: string): void };

const STORED_AS = 'password';

/** The password that a person asked to keep for this tab; empty without one. */
export function keptPassword(): string {
  return sessionStorage.getItem(STORED_AS) ?? '';
}

export function createSettingsForm(onSettings: (settings: Settings, password: string) => void): SettingsForm {
  const dialog = partOf('#settings', HTMLDialogElement);
  const form = partOf('#settings-form', HTMLFormElement);
  const complaint = partOf('#settings-mistake', HTMLElement);
  const field = (name: string): HTMLInputElement =>
    partOf(`#settings-form [name="${name}"]`, HTMLInputElement);
  partOf('#close-settings', HTMLButtonElement).addEventListener('click', () => dialog.close());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const settings = {
      brokerUrl: field('brokerUrl').value.trim(),
      topicPrefix: field('topicPrefix').value.trim(),
      username: field('username').value,
    };
    const mistake = settingsMistake(settings);
    setText(complaint, mistake ?? '');
    if (mistake !== null) return;
    const password = field('password').value;
    if (field('keep').checked && password !== '') sessionStorage.setItem(STORED_AS, password);
    else sessionStorage.removeItem(STORED_AS);
    dialog.close();
    onSettings(settings, password);
  });
  return {
    open(settings, mistake) {
      field('brokerUrl').value = settings.brokerUrl;
      field('topicPrefix').value = settings.topicPrefix;
      field('username').value = settings.username;
      field('password').value = keptPassword();
      field('keep').checked = keptPassword() !== '';
      setText(complaint, mistake);
      if (!dialog.open) dialog.showModal();
    },
  };
}
