"""What do files of Zaps say, and would those Zaps do what their owners mean?"""
