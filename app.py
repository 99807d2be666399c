"""`streamlit run app.py`: the server finds `app`; each visitor's session runs the first branch."""

if __name__ == "__main__":
    from pages.ui import lesson_bar, navigation, turns

    with turns.one():
        navigation.run(lesson_bar.draw)
else:
    import streamlit as st

    from pages.ui import runs, server

    # Streamlit looks for the words `app = st.App(` in this file: the call has to stand here.
    app = st.App(
        __file__,
        lifespan=server.lifespan,
        routes=server.ROUTES,
        middleware=server.MIDDLEWARE,
        on_script_error=runs.log_bug,
    )
