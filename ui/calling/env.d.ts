interface ImportMetaEnv {
  readonly FOYER_SDK: boolean;
}
