import { createSlice, type PayloadAction } from '@reduxjs/toolkit';

/** This browser's settings; kept in local storage, and the same in all its tabs. */
export interface Settings {
  sound: boolean;
  doNotDisturb: boolean;
  /** Enter sends, or Ctrl+Enter does and Enter makes a new line. */
  enterSends: boolean;
}

export const settingsKey = 'chat-settings';
const defaults: Settings = { sound: false, doNotDisturb: false, enterSends: true };

export function storedSettings(): Settings {
  try {
    return { ...defaults, ...JSON.parse(localStorage.getItem(settingsKey) ?? '{}') };
  } catch {
    return defaults;
  }
}

export function storeSettings(settings: Settings): void {
  try {
    localStorage.setItem(settingsKey, JSON.stringify(settings));
  } catch {
    // Blocked or full: they last as long as the page.
  }
}

const settingsSlice = createSlice({
  name: 'settings',
  initialState: storedSettings,
  reducers: {
    settingsChanged: (state, { payload }: PayloadAction<Partial<Settings>>) => ({ ...state, ...payload }),
  },
});

export const { settingsChanged } = settingsSlice.actions;
export default settingsSlice.reducer;
