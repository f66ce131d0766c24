import {
  type Badge,
  Button,
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type Modal,
  Paper,
  Tooltip,
} from '@mantine/core';

/** Deep water: the one colour that asks for attention. Shade 7 on white has a contrast of 6. */
const hydra: MantineColorsTuple = [
  '#e7f5f4',
  '#cfe9e7',
  '#a0d4d1',
  '#6fc0bb',
  '#45aba6',
  '#259693',
  '#12807e',
  '#0b6e6e',
  '#095a5b',
  '#064244',
];
/** Greys with a little of the water in them. 6 is the dimmed text, 3 the lines. */
const gray: MantineColorsTuple = [
  '#f7f9fa',
  '#eff2f4',
  '#e4e9ec',
  '#d5dce1',
  '#b7c1c9',
  '#8a97a2',
  '#5d6b77',
  '#435160',
  '#2d3943',
  '#19222a',
];
const dark: MantineColorsTuple = [
  '#d7dde3',
  '#b5bec7',
  '#95a1ac',
  '#6b7782',
  '#35404a',
  '#29323b',
  '#1d252c',
  '#151b21',
  '#10151a',
  '#0b0f13',
];

/** Our look on Mantine: dense, calm, hairlines instead of shadows. */
export const theme = createTheme({
  primaryColor: 'hydra',
  primaryShade: { light: 7, dark: 6 },
  colors: { hydra, gray, dark },
  fontFamily: "'Inter Variable', ui-sans-serif, system-ui, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '10px', xl: '16px' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    // These two as `extend` would return them: the first page does without the components.
    Badge: { defaultProps: { variant: 'light', radius: 'sm' } } satisfies Parameters<typeof Badge.extend>[0],
    Paper: Paper.extend({ defaultProps: { withBorder: true, radius: 'lg', shadow: 'none' } }),
    Modal: {
      styles: { title: { fontWeight: 620, fontSize: '1rem' } },
      defaultProps: { centered: true, radius: 'lg', overlayProps: { backgroundOpacity: 0.4 } },
    } satisfies Parameters<typeof Modal.extend>[0],
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 250,
        withArrow: true,
        multiline: true,
        events: { hover: true, focus: true, touch: true },
      },
    }),
  },
});

/** What Mantine's variables are by themselves too faint for (WCAG AA), and what is ours. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-text': gray[9],
    '--mantine-color-placeholder': gray[6],
    '--mantine-color-dimmed': gray[6],
    '--mantine-color-error': '#b3261e',
    '--hc-nav': gray[0],
    '--hc-sunken': gray[0],
    '--hc-line': gray[2],
  },
  dark: {
    '--mantine-color-placeholder': dark[2],
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-error': '#ff8f86',
    '--hc-nav': dark[8],
    '--hc-sunken': dark[8],
    '--hc-line': dark[5],
  },
});
