// Colours Go in %%goscore cells of JupyterLab 4 and Notebook 7.
//
// This file is what a bundler would make: a module federation container. It is written by hand, since all that it
// needs is in JupyterLab's share scope: CodeMirror, and its Go mode behind the registry of languages.
(() => {
  const PYTHON = "text/x-ipython";
  const GOSCORE = "text/x-goscore";
  // IPython finds a cell magic behind empty lines and blanks, too.
  const MAGIC = /^\s*%%goscore(?!\S)/;

  // shared returns a module that JupyterLab shares: the copy that is in use, or that will be, by webpack's rule for
  // singletons. Another copy of CodeMirror would not know the editors' state.
  let scope;
  const shared = async (name) => {
    const copies = scope[name];
    const versions = Object.keys(copies).sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
    const copy = copies[versions.find((version) => copies[version].loaded) ?? versions.at(-1)];
    copy.loaded = 1;
    return (await copy.get())();
  };

  // behindMagic returns the stream parser *go* for text whose first line, but for empty ones, is a magic.
  const behindMagic = (go) => ({
    ...go,
    name: "goscore",
    startState: (unit) => ({ behind: false, go: go.startState(unit) }),
    copyState: (state) => ({ behind: state.behind, go: { ...state.go } }),
    token(stream, state) {
      if (state.behind || !stream.string.trim()) {
        return go.token(stream, state.go);
      }
      state.behind = true;
      stream.skipToEnd();
      return "meta";
    },
    indent: (state, after, context) => go.indent(state.go, after, context),
  });

  // load returns the language. It waits for Python's: of two languages, an editor shows the one that came last.
  const load = async (languages, { LanguageSupport, StreamLanguage }) => {
    const [{ support }] = await Promise.all(["text/x-go", PYTHON].map((mime) => languages.getLanguage(mime)));
    const mode = support.language.streamParser;
    return mode ? new LanguageSupport(StreamLanguage.define(behindMagic(mode))) : support;
  };

  // follow keeps the MIME type of a cell's model true to its first line. The notebook sets Python's again whenever it
  // hears from its kernel.
  const followed = new WeakSet();
  const follow = (model) => {
    const go = MAGIC.test(model.sharedModel.getSource());
    if (model.mimeType === (go ? PYTHON : GOSCORE)) {
      model.mimeType = go ? GOSCORE : PYTHON;
    }
    if (!followed.has(model)) {
      followed.add(model);
      model.mimeTypeChanged.connect(() => follow(model));
    }
  };

  const extension = async () => {
    const { EditorExtensionRegistry, IEditorExtensionRegistry, IEditorLanguageRegistry } =
      await shared("@jupyterlab/codemirror");
    const activate = async (_, extensions, languages) => {
      const [language, { EditorView }] = await Promise.all(["@codemirror/language", "@codemirror/view"].map(shared));
      languages.addLanguage({
        name: "goscore",
        displayName: "Go (goscore)",
        mime: GOSCORE,
        load: () => load(languages, language),
      });
      extensions.addExtension({
        name: "goscore",
        factory({ model }) {
          follow(model);
          return EditorExtensionRegistry.createImmutableExtension(
            EditorView.updateListener.of((update) => update.docChanged && follow(model)),
          );
        },
      });
    };
    const requires = [IEditorExtensionRegistry, IEditorLanguageRegistry];
    return { __esModule: true, default: { id: "goscore:colours", autoStart: true, requires, activate } };
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB.goscore = {
    init: (sharing) => void (scope = sharing),
    get: async () => {
      const made = await extension();
      return () => made;
    },
  };
})();
