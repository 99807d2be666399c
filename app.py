"""`streamlit run app.py`: the server finds `app`; each visitor's session runs the first branch."""

if __name__ == "__main__":
    from pages.ui import frame

    frame.run()
else:
    from pages.ui import server

    app = server.app(__file__)
