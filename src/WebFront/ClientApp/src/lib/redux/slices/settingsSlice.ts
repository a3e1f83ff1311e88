import { createSlice, type PayloadAction } from '@reduxjs/toolkit';

/** This browser's settings; kept in local storage. */
export interface Settings {
  sound: boolean;
  doNotDisturb: boolean;
  /** Enter sends, or Ctrl+Enter does and Enter makes a new line. */
  enterSends: boolean;
}

const settingsKey = 'chat-settings';
const defaults: Settings = { sound: false, doNotDisturb: false, enterSends: true };

function load(): Settings {
  try {
    return { ...defaults, ...JSON.parse(localStorage.getItem(settingsKey) ?? '{}') };
  } catch {
    return defaults;
  }
}

export function storeSettings(settings: Settings): void {
  localStorage.setItem(settingsKey, JSON.stringify(settings));
}

const settingsSlice = createSlice({
  name: 'settings',
  initialState: load,
  reducers: {
    settingsChanged: (state, { payload }: PayloadAction<Partial<Settings>>) => ({ ...state, ...payload }),
  },
});

export const { settingsChanged } = settingsSlice.actions;
export default settingsSlice.reducer;
