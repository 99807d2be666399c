"""`streamlit run app.py`: the server finds `app`; each visitor's session runs the first branch."""

if __name__ == "__main__":
    from pages.ui.frame import navigation
    from pages.ui.lesson import bar as lesson_bar
    from pages.ui.server import turns

    with turns.one():
        navigation.run(lesson_bar.draw)
else:
    import streamlit as st

    from pages.ui.runs import runs
    from pages.ui.server import server

    # Streamlit looks for the words `app = st.App(` in this file: the call has to stand here.
    app = st.App(
        __file__,
        lifespan=server.lifespan,
        routes=server.ROUTES,
        middleware=server.MIDDLEWARE,
        on_script_error=runs.log_bug,
    )
