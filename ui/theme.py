"""The look of the chat: Gradio's theme variables bound to the named colours of style.css.

The colours live in one place, as CSS variables with a light and a dark value each, because the pages without Gradio
use them too.
"""

from __future__ import annotations

import gradio as gr

FONT = ("Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")

_COLOURS = {
    "body_background_fill": "paper",
    "body_text_color": "ink",
    "body_text_color_subdued": "ink-soft",
    "background_fill_primary": "paper",
    "background_fill_secondary": "panel",
    "block_background_fill": "paper",
    "block_border_color": "line",
    "block_label_background_fill": "paper",
    "block_label_text_color": "ink",
    "block_title_text_color": "ink",
    "block_info_text_color": "ink-soft",
    "border_color_primary": "line",
    "border_color_accent": "accent",
    "color_accent_soft": "accent-soft",
    "link_text_color": "accent",
    "link_text_color_hover": "accent-strong",
    "link_text_color_visited": "accent",
    "link_text_color_active": "accent-strong",
    "input_background_fill": "paper",
    "input_background_fill_focus": "paper",
    "input_border_color": "edge",
    "input_border_color_focus": "accent",
    "input_placeholder_color": "ink-soft",
    "button_primary_background_fill": "accent",
    "button_primary_background_fill_hover": "accent-strong",
    "button_primary_text_color": "on-accent",
    "button_primary_text_color_hover": "on-accent",
    "button_primary_border_color": "accent",
    "button_secondary_background_fill": "paper",
    "button_secondary_background_fill_hover": "accent-soft",
    "button_secondary_text_color": "accent",
    "button_secondary_text_color_hover": "accent-strong",
    "button_secondary_border_color": "edge",
}


class CalmTheme(gr.themes.Base):
    """A quiet theme with system fonts; colours follow the person's light or dark setting."""

    def __init__(self) -> None:
        super().__init__(font=FONT, font_mono=("ui-monospace", "Consolas", "monospace"))
        colours = {name: f"var(--{colour})" for name, colour in _COLOURS.items()}
        dark = {f"{name}_dark": value for name, value in colours.items()}
        self.set(**colours, **{name: value for name, value in dark.items() if hasattr(self, name)})
        self.set(
            button_border_width="1px",
            button_large_text_weight="600",
            button_transition="none",
            block_shadow="none",
            input_shadow="none",
            input_shadow_focus="none",
            input_border_width="1px",
            block_border_width="0px",
            block_padding="0px",
            block_title_text_weight="600",
            input_text_size="1rem",
            input_padding="0.75rem",
            layout_gap="1rem",
        )
